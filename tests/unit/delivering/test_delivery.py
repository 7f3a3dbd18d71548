from __future__ import annotations

from tapecheck.delivering.delivery import Delivery, with_fields, without_fields
from tapecheck.model import Headers

FIELDS = Headers((("A", "1"), ("b", "2"), ("a", "3")))


def test_fields_take_the_place_of_others() -> None:
    assert with_fields(FIELDS, Headers((("a", "4"), ("c", "5")))).fields == (("b", "2"), ("a", "4"), ("c", "5"))


def test_fields_are_left_out() -> None:
    assert without_fields(FIELDS, frozenset(("a", "z"))).fields == (("b", "2"),)


def test_the_schema_is_that_of_the_event(push: Delivery) -> None:
    assert push.schema.path.name == "push.schema.json"
