from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.model import Body, Headers, Request, Response

TOKEN = st.text("abcXYZ-09", min_size=1)


def test_a_field_is_found_in_any_case() -> None:
    headers = Headers((("Content-Type", "a"), ("X-Y", "b"), ("content-type", "c")))
    assert headers.get("CONTENT-TYPE") == "a"
    assert headers.get_all("content-Type") == ("a", "c")


def test_a_field_that_is_not_there() -> None:
    assert Headers().get("a") is None
    assert Headers().get_all("a") == ()


@given(st.lists(st.tuples(TOKEN, st.text())), TOKEN)
def test_fields_keep_their_order_and_their_number(fields: list[tuple[str, str]], name: str) -> None:
    headers = Headers(tuple(fields))
    assert list(headers) == fields
    assert len(headers) == len(fields)
    assert headers.get_all(name.upper()) == tuple(value for key, value in fields if key.lower() == name.lower())


def test_messages_are_empty_by_default() -> None:
    request, response = Request(method="GET", uri="https://host.example/"), Response(status=204)
    assert (request.body, response.body) == (Body(), Body())
    assert len(request.headers) == len(response.headers) == 0
    assert (response.reason, Body().content, Body().line, Body().verbatim, Body().problem) == ("", b"", 1, False, None)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Request(method="GET", uri=""), "method"),
        (Response(status=1), "status"),
        (Body(), "content"),
        (Headers(), "fields"),
    ],
)
def test_values_do_not_change(value: object, field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
    assert not hasattr(value, "__dict__")
