"""What schemes share."""

from __future__ import annotations

import re

import pytest

from backend.webhooks.signatures.errors import Reason, SignatureError
from backend.webhooks.signatures.headers import Headers
from backend.webhooks.signatures.scheme import Claim, Delivery, given, well_formed

FORM = re.compile("[ab]+")


def test_what_is_malformed_does_not_spoil_the_rest() -> None:
    assert well_formed(FORM, ["", "c", "ab", "ab\n", "b", "\ud800"], "x-signature") == ("ab", "b")


@pytest.mark.parametrize("signatures", [[], ["c", "ab "]])
def test_something_has_to_be_well_formed(signatures: list[str]) -> None:
    with pytest.raises(SignatureError, match=r"^x-signature has no signature of the form") as caught:
        well_formed(FORM, signatures, "x-signature")
    assert caught.value.reason is Reason.MALFORMED


def test_a_header_without_a_value_is_none() -> None:
    assert given("id", None) == {}
    assert given("id", "a") == {"id": "a"}


def test_neither_body_nor_signatures_are_shown() -> None:
    assert "hunter2" not in repr(Delivery(headers=Headers({}), body=b"hunter2"))
    assert "hunter2" not in repr(Claim(messages=(b"hunter2",), signatures=("hunter2",)))
