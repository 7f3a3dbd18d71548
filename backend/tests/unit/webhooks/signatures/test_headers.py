"""Headers: any case, one value."""

from __future__ import annotations

import pytest

from backend.webhooks.signatures.errors import MissingHeaderError, Reason, SignatureError
from backend.webhooks.signatures.headers import Headers


@pytest.mark.parametrize(
    "headers", [{"Webhook-Id": "a"}, [("WEBHOOK-ID", "a")], [("webhook-id", "a"), ("Webhook-Id", "a")]]
)
def test_names_come_in_any_case(headers: dict[str, str] | list[tuple[str, str]]) -> None:
    assert Headers(headers).get("webhook-ID") == "a"


def test_the_first_name_that_is_there_counts_even_when_it_is_empty() -> None:
    headers = Headers({"svix-id": "", "webhook-id": "a", "svix-signature": "b", "webhook-signature": "c"})
    assert headers.get("svix-id", "webhook-id") == ""
    assert headers.get("svix-signature", "webhook-signature") == "b"
    assert headers.get("svix-timestamp", "webhook-id") == "a"
    assert headers.get("svix-timestamp") is None


@pytest.mark.parametrize("headers", [[("a", "1"), ("A", "2")], {"a": "1", "A": ""}])
def test_two_values_are_malformed(headers: dict[str, str] | list[tuple[str, str]]) -> None:
    with pytest.raises(SignatureError, match="came with 2 values") as caught:
        Headers(headers).get("a")
    assert caught.value.reason is Reason.MALFORMED


def test_headers_that_nobody_asks_for_may_have_two_values() -> None:
    assert Headers([("cookie", "1"), ("cookie", "2"), ("a", "1")]).get("a") == "1"


@pytest.mark.parametrize("headers", [{}, {"a": ""}])
def test_what_is_needed_is_there(headers: dict[str, str]) -> None:
    with pytest.raises(MissingHeaderError, match="the header a is missing or empty"):
        Headers(headers).need("a", "b")


@pytest.mark.parametrize("value", ["a", "msg 1", "~" * 1024])
def test_an_id_is_printable(value: str) -> None:
    assert Headers({"id": value}).delivery_id("id") == value


@pytest.mark.parametrize("value", ["\x00", "a\n", "\x7f", "\u00e9", "~" * 1025])
def test_other_ids_are_malformed(value: str) -> None:
    with pytest.raises(SignatureError, match="the id in id") as caught:
        Headers({"id": value}).delivery_id("id")
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("headers", [{}, {"id": ""}])
def test_there_may_be_no_id(headers: dict[str, str]) -> None:
    assert Headers(headers).delivery_id("id") is None
