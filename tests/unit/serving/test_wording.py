from __future__ import annotations

import pytest

from tapecheck.model import JSONValue
from tapecheck.serving.wording import worded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"error": {"type": "a", "message": "b"}}, {"error": {"type": "a", "message": "NEW"}}),
        ({"a": {"message": "deep"}, "message": "b"}, {"a": {"message": "deep"}, "message": "NEW"}),
        ([{"error": {"code": 1, "message": "b"}}], [{"error": {"code": 1, "message": "NEW"}}]),
        ({"id": "a", "detail": "b"}, {"id": "a", "detail": "NEW"}),
        ({"error": "b", "id": "a"}, {"error": "NEW", "id": "a"}),
        ({"errors": ["x"], "n": 1}, {"errors": ["NEW"], "n": 1}),
        ("b", "NEW"),
        ({"code": 1, "list": []}, {"code": 1, "list": []}),
    ],
)
def test_the_string_that_is_most_like_a_message_says_it(value: JSONValue, expected: JSONValue) -> None:
    assert worded(value, "NEW", lambda _: True) == expected


def test_a_string_that_may_not_say_it_is_passed_over() -> None:
    value: JSONValue = {"message": "fixed", "title": "free"}
    changed = worded(value, "NEW", lambda one: isinstance(one, dict) and one["message"] == "fixed")
    assert changed == {"message": "fixed", "title": "NEW"}


def test_where_none_may_say_it_all_stays() -> None:
    value: JSONValue = {"message": "fixed"}
    assert worded(value, "NEW", lambda _: False) == value == {"message": "fixed"}
