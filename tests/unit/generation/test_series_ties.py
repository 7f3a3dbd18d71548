from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.generation.options import Next, Option
from tapecheck.generation.series_ties import series_ties, threads
from tapecheck.generation.wishes import PRESENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.checking.payload import StreamedEvent
    from tapecheck.contracts import Contract, Stream
    from tapecheck.model import JSONValue

TABLE = """
[operations.talk.stream]
framings = ["sse"]
events = "events"
name = "/type"
order = "start piece* end"
[[operations.talk.stream.series]]
"""
SCHEMAS = {f"events/{name}": {"type": "object"} for name in ("start", "piece", "end")}


@pytest.fixture
def stream(contract: Callable[..., Contract]) -> Callable[[str], Stream]:
    def stream(declared: str) -> Stream:
        found = contract(TABLE + declared, SCHEMAS).operations[0].stream
        assert found is not None
        return found

    return stream


def options(stream: Stream, name: str, before: list[StreamedEvent], after: str = "") -> list[Option]:
    return [
        option for tie in series_ties(stream) for option in tie(Next(name=name, before=before, after=after.split()))
    ]


def pins(found: list[Option]) -> list[list[JSONValue]]:
    return [list(option.pins.values()) for option in found]


def test_an_item_goes_on_with_the_newest_or_begins(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream('each = "/c/*"\nkey = "/c/*/n"\nfrom = 0\nfirst = ["/c/*/role"]')
    before = [event("start", {"c": [{"n": 0}]}), event("piece", {"c": [{"n": 1}]})]
    found = options(made, "piece", before)
    assert pins(found) == [[1], [0], [2]]
    assert found[0].wishes == ({"properties": {"c": {"maxItems": 1}}},)
    needs_role: JSONValue = {"items": {"properties": {"role": PRESENT}, "required": ["role"]}}
    assert found[2].wishes[1:] == ({"properties": {"c": needs_role}},)


def test_what_only_one_event_has_is_new_each_time(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream('events = ["piece"]\nkey = ["/g", "/n"]\nfrom = 0')
    assert pins(options(made, "start", [])) == []
    found = options(made, "piece", [event("piece", {"g": 0, "n": 0}), event("start", {"g": 0, "n": 5})])
    assert pins(found) == [[0, 1], [0, 0]]


def test_what_comes_once_comes_no_more_and_nothing_after_the_last(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream('key = "/n"\nonce = ["/role"]\nlast = ["/end"]\ncontent = ["/text"]')
    (first, _) = options(made, "piece", [event("start", {"n": 0, "role": "x"})])
    assert first.wishes == ({"properties": {"role": {"type": "null"}}},)
    (first, _) = options(made, "piece", [event("start", {"n": 0, "end": "x"})])
    assert first.wishes == ({"properties": {"text": {"type": "null"}}},)


def test_the_last_item_that_can_says_what_must_be_said(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream('events = ["piece"]\nkey = "/n"\nonce = ["/role"]\nlast = ["/end"]')
    before = [event("piece", {"n": 0})]
    assert [options(made, "piece", before, after)[0].wishes for after in ("piece", "")] == [(), ()]
    (first, _) = options(made, "piece", before, "end")
    assert [one["required"] for one in first.wishes if isinstance(one, dict)] == [["end"], ["role"]]


def test_what_a_series_is_decides_of_what_it_goes_on_with(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream(
        'key = "/n"\nstarts = { field = "/kind", values = ["text"] }\n'
        'allowed = { field = "/type", values = ["b", "a"] }'
    )
    before = [event("start", {"n": 0, "kind": "tool"}), event("start", {"n": 1, "kind": "text"}), event("piece", {})]
    found = options(made, "piece", before)
    assert pins(found) == [[1], []]
    assert found[0].wishes == ({"properties": {"type": {"enum": ["a", "b"]}}},)


def test_the_event_that_repeats_a_whole_belongs_to_it(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream(
        'events = ["piece"]\nkey = "/n"\njoin = "/t"\ntotal = { event = "end", field = "/whole", key = "/item/n" }'
    )
    before = [event("piece", {"n": 0}), event("piece", {"n": 4})]
    assert [dict(option.pins) for option in options(made, "end", before)] == [{("item", "n"): 4}, {("item", "n"): 0}]


def test_threads_know_their_items(
    stream: Callable[[str], Stream], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    made = stream('each = "/c/*"\nkey = "/c/*/n"\nonce = ["/c/*/role"]')
    events = [event("start", {"c": [{"n": 0, "role": "x"}, {"n": 1}]}), event("piece", {"c": [{"n": 0}, {}]})]
    found = threads(made.series[0], events)
    assert [(one.key, [path for _, path in one.items], len(one.seen)) for one in found] == [
        ((0,), [("c", 0), ("c", 0)], 1),
        ((1,), [("c", 1)], 0),
    ]
