"""Paddle, beside its official library."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paddle_billing.Notifications import Secret, Verifier  # type: ignore[import-untyped]

from backend.tests.unit.webhooks.signatures.differential import (
    EDGES,
    Lab,
    Sent,
    we_accept,
    with_header,
)
from backend.tests.unit.webhooks.signatures.samples import BODY, NOW, reason
from backend.webhooks.signatures import Reason, verify

SECRET = "pdl_ntfset_hush"
HEADER = "Paddle-Signature"
LAB = Lab(
    scheme="paddle",
    secrets=[SECRET, "pdl_ntfset_other"],
    signature=HEADER,
    junk=["{};h1=junk", "h1=;{}", "junk;{}", "{};", "{};ts=1", "ts=1;{}", "h1= ;{}", "h1=\u007f;{}"],
    offsets=st.sampled_from(EDGES) | st.integers(-10, 10),
)
RIGHT = LAB.right()
SENT, SIGNATURE = (pair.partition("=")[2] for pair in RIGHT.headers[HEADER].split(";"))
ZEROS = "0" * 64


def refused(header: str) -> Reason:
    return reason("paddle", SECRET, {HEADER: header})


@pytest.mark.parametrize(
    "header",
    [
        f"h1={SIGNATURE};ts={SENT}",
        f"ts={SENT};h1={ZEROS};h1={SIGNATURE}",
        f"ts={SENT};h1={SIGNATURE};h1={ZEROS}",
        f"ts={SENT};h1=;h1;junk;h1=a=b;h1={SIGNATURE};",
        f"ts={SENT};h1={SIGNATURE};h2={ZEROS}",
        f"ts={int(SENT) + 1};h1={SIGNATURE};ts={SENT}",
    ],
)
def test_one_right_signature_is_enough(header: str) -> None:
    verify("paddle", [SECRET], {HEADER: header}, BODY, NOW)


@pytest.mark.parametrize(
    "header",
    [
        f"h1={SIGNATURE}",
        f"ts={SENT}",
        f"ts={SENT};h2={SIGNATURE}",
        f"ts={SENT}; h1={SIGNATURE}",
        f"ts={SENT},h1={SIGNATURE}",
        f"ts={SENT};h1={SIGNATURE.upper()}",
        f"ts={SENT};h1={SIGNATURE}=",
        f"ts={SENT};h1={SIGNATURE};ts=",
        "junk",
    ],
)
def test_other_forms_are_malformed(header: str) -> None:
    assert refused(header) is Reason.MALFORMED


def test_of_several_times_the_last_counts() -> None:
    assert refused(f"ts={SENT};h1={SIGNATURE};ts={int(SENT) + 1}") is Reason.NO_MATCH


def library_accepts(sent: Sent) -> bool:
    lower = {name.lower(): value for name, value in sent.headers.items()}
    headers = SimpleNamespace(get=lambda name, default=None: lower.get(name.lower(), default))
    request = SimpleNamespace(headers=headers, body=sent.body)
    with patch("paddle_billing.Notifications.Verifier.time", lambda: float(sent.now)):
        try:
            return bool(Verifier().verify(request, Secret(sent.secret)))
        except (ConnectionRefusedError, ValueError, TypeError):
            return False


@given(LAB.deliveries())
def test_the_verdict_is_the_same(sent: Sent) -> None:
    assert we_accept("paddle", sent) == library_accepts(sent)


@given(st.lists(st.sampled_from([f"ts={SENT}", "ts=1", f"h1={SIGNATURE}", "h1=junk", "h1=", "junk", ""]), max_size=5))
def test_the_verdict_is_the_same_for_any_list(entries: list[str]) -> None:
    sent = with_header(RIGHT, HEADER, ";".join(entries))
    assert we_accept("paddle", sent) == library_accepts(sent)


@pytest.mark.parametrize("form", ["ts=+{};h1={}", "ts= {} ;h1={}", "ts=0{};h1={}"])
def test_we_are_stricter_with_spellings(form: str) -> None:
    sent = with_header(RIGHT, HEADER, form.format(SENT, SIGNATURE))
    assert library_accepts(sent)
    assert not we_accept("paddle", sent)


@pytest.mark.parametrize("entry", ["h2=junk", "h1=a=b", "h1=\u00e9"])
def test_we_are_more_lenient_with_what_stands_beside_a_right_signature(entry: str) -> None:
    sent = with_header(RIGHT, HEADER, f"ts={SENT};{entry};h1={SIGNATURE}")
    assert not library_accepts(sent)
    assert we_accept("paddle", sent)


def test_we_are_more_lenient_with_bodies_that_are_no_text() -> None:
    sent = LAB.right(b"\xff")
    assert not library_accepts(sent)
    assert we_accept("paddle", sent)
