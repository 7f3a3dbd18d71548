from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tapecheck.contracts.signing import key_of
from tapecheck.delivering import FAULTS, SOUND, Delivery, find_fault
from tapecheck.errors import FaultError


def test_they_are_found_by_name() -> None:
    assert [find_fault(name).name for name in FAULTS] == list(FAULTS)
    assert SOUND.name not in FAULTS


@pytest.mark.parametrize(("name", "hint"), [("duplicated", "Did you mean duplicate"), ("xyz", "--list-faults")])
def test_an_unknown_one(name: str, hint: str) -> None:
    with pytest.raises(FaultError, match=hint):
        find_fault(name)


def test_which_deliveries_are_sent(push: Delivery, paid: Delivery) -> None:
    assert find_fault("duplicate").order([push, paid]) == (push, push, paid, paid)
    assert find_fault("reordered").order([push, paid]) == (paid, push)
    assert SOUND.order([push, paid]) == (push, paid)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b'{"a": 1}', b'{"a": 1,"tampered":true}'),
        (b'{"a": {}}\n', b'{"a": {},"tampered":true}\n'),
        (b"{ }", b'{ "tampered":true}'),
        (b"a=1", b"a=1&tampered=true"),
        (b"a={}&b", b"a={}&b&tampered=true"),
    ],
)
def test_tampered(body: bytes, sent: bytes) -> None:
    assert find_fault("tampered").wire(body) == sent


@pytest.mark.parametrize("encoding", ["utf-8", "base64", "hex"])
def test_the_wrong_secret_is_of_the_right_form(push: Delivery, encoding: str) -> None:
    assert push.scheme is not None
    scheme = replace(push.scheme, secret_prefix="whsec_", secret_encoding=encoding)
    wrong = find_fault("wrong-secret").secret(scheme, "whsec_right")
    assert wrong is not None
    assert wrong.startswith("whsec_")
    assert b"not the secret" in key_of(scheme, wrong)


def test_not_json(push: Delivery) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(find_fault("not-json").body(push))
