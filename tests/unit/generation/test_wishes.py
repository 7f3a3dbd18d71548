from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema_rs

from tapecheck.contracts import EventName
from tapecheck.generation.wishes import absent, naming, present
from tapecheck.model import JSONValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.contracts import Contract

STREAM = """
[operations.talk.stream]
framings = ["sse"]
events = "events"
name = "/type"
order = "a"
"""


NOTHING: list[JSONValue] = [{}, {"a": []}, {"a": [[]]}, {"a": [[{}]]}, {"a": [[{"b": None}]]}]
SOMETHING: JSONValue = {"a": [[{"b": 1}]]}


def keeps(wish: JSONValue, value: JSONValue) -> bool:
    assert isinstance(wish, dict)
    return jsonschema_rs.is_valid(wish, value)


def test_what_is_there_is_not_null() -> None:
    wish = present(("a", "*", "0", "b"))
    assert keeps(wish, SOMETHING)
    assert not any(keeps(wish, value) for value in NOTHING)


def test_what_is_absent_may_be_null() -> None:
    wish = absent(("a", "*", "0", "b"))
    assert all(keeps(wish, value) for value in NOTHING)
    assert not keeps(wish, SOMETHING)


def test_an_event_is_named_by_its_field(contract: Callable[..., Contract]) -> None:
    stream = contract(STREAM, {"events/a": {"type": "object"}}).operations[0].stream
    assert stream is not None
    assert list(naming(stream, "a")) == [[{"properties": {"type": {"const": "a"}}, "required": ["type"]}]]


def test_an_event_is_named_by_what_it_has_and_by_what_would_name_it_otherwise(
    contract: Callable[..., Contract],
) -> None:
    stream = contract(STREAM, {"events/a": {"type": "object"}}).operations[0].stream
    assert stream is not None
    names = (
        EventName(name="error", when=("error",)),
        EventName(name="end", when=("reason",), unless=("text",)),
        EventName(name="last", when=("reason",)),
        EventName(name="piece"),
    )
    stream = replace(stream, name_at=None, names=names)
    ways: dict[str, list[list[JSONValue]]] = {one.name: list(naming(stream, one.name)) for one in names}
    assert ways["error"] == [[present(("error",))]]
    assert ways["end"] == [[present(("reason",)), absent(("text",)), absent(("error",))]]
    assert ways["last"] == [[present(("reason",)), absent(("error",)), present(("text",))]]
    assert ways["piece"] == [
        [absent(("error",)), absent(("reason",)), absent(("reason",))],
        [absent(("error",)), present(("text",)), absent(("reason",))],
    ]
    assert list(naming(stream, "unheard-of")) == []
