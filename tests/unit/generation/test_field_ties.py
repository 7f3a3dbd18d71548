from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.generation.field_ties import field_ties
from tapecheck.generation.options import Next

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.checking.payload import StreamedEvent
    from tapecheck.contracts import Contract
    from tapecheck.model import JSONValue

TABLE = """
[operations.talk.stream]
framings = ["sse"]
events = "events"
name = "/type"
order = "a b"
failures = ["error"]
"""
SCHEMAS = {f"events/{name}": {"type": "object"} for name in ("a", "b", "error")}


@pytest.mark.parametrize(
    ("declared", "before", "name", "expected"),
    [
        ('constant = ["/id"]', [], "a", []),
        ('constant = ["/id"]', [{}, {"id": 7}, {"id": 7}], "a", [{"properties": {"id": {"const": 7}}}]),
        ('together = ["/id"]', [], "a", []),
        ('together = ["/id"]', [{"id": None}], "a", [{"properties": {"id": True}, "required": ["id"]}]),
        ('together = ["/id"]', [{}], "a", [{"properties": {"id": False}}]),
        ('together = ["/id"]', [{}], "error", []),
        ('count = [{ field = "/n", from = 3 }]', [], "a", [{"properties": {"n": {"const": 3}}}]),
        ('count = [{ field = "/n", from = 3 }]', [{"n": 3}, {}], "a", [{"properties": {"n": {"const": 4}}}]),
        ('grow = [{ field = "/n" }]', [], "a", []),
        ('grow = [{ field = "/n" }]', [{"n": 9}, {"n": 5}], "a", [{"properties": {"n": {"minimum": 5}}}]),
        ('grow = [{ field = "/n", reset = ["b"] }]', [{"n": 5}], "b", []),
    ],
)
def test_what_fields_call_for(
    contract: Callable[..., Contract],
    event: Callable[[str, JSONValue], StreamedEvent],
    declared: str,
    before: list[JSONValue],
    name: str,
    expected: list[JSONValue],
) -> None:
    stream = contract(TABLE + declared, SCHEMAS).operations[0].stream
    assert stream is not None
    (tie,) = field_ties(stream)
    options = list(tie(Next(name=name, before=[event("a", value) for value in before], after=())))
    assert [wish for option in options for wish in option.wishes] == expected
