from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.errors import GenerationError
from tapecheck.generation.generator import Generator
from tapecheck.generation.source import PlainSource, RandomSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.contracts import Contract
    from tapecheck.model import JSONValue

TABLE = """
[operations.talk.stream]
asked-by = "/options/stream"
framings = ["json-array", "sse"]
events = "events"
name = [
  { name = "bill", when = "/cost" },
  { name = "last", when = "/items/*/reason" },
  { name = "piece" },
]
order = "(piece | last)+ bill?"
failures = []
demanded = [{ event = "bill", when = "/options/cost" }]
[[operations.talk.stream.series]]
each = "/items/*"
key = "/items/*/n"
from = 0
once = ["/items/*/reason"]
last = ["/items/*/reason"]
content = ["/items/*/text"]
"""
ITEM: JSONValue = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "text": {"type": "string"},
        "reason": {"type": ["string", "null"], "x-extensible-enum": ["end"]},
    },
}
ITEMS: JSONValue = {"type": "array", "minItems": 1, "items": ITEM}
SCHEMAS: dict[str, JSONValue] = {
    "events/piece": {"type": "object", "required": ["items"], "properties": {"items": ITEMS}},
    "events/last": {"type": "object", "required": ["items"], "properties": {"items": ITEMS}},
    "events/bill": {"type": "object", "required": ["cost"], "properties": {"cost": {"type": "integer"}}},
}


@pytest.fixture
def generator(contract: Callable[..., Contract]) -> Callable[..., tuple[Generator, Contract]]:
    def generator(table: str = TABLE, **settings: bool) -> tuple[Generator, Contract]:
        made = contract(table, SCHEMAS)
        return Generator(made, **settings), made

    return generator


def test_a_stream_that_ends_only_where_its_series_do(
    generator: Callable[..., tuple[Generator, Contract]],
) -> None:
    made, contract = generator()
    assert made.stream(contract.operations[0], PlainSource()) == (("last", {"items": [{"n": 0, "reason": "end"}]}),)


def test_an_event_that_the_request_demands_comes(generator: Callable[..., tuple[Generator, Contract]]) -> None:
    made, contract = generator()
    request: JSONValue = {"options": {"stream": True, "cost": True}}
    events = made.stream(contract.operations[0], PlainSource(), request)
    assert [name for name, _ in events] == ["last", "bill"]


@pytest.mark.parametrize("seed", range(20))
def test_series_run_side_by_side_and_all_end(generator: Callable[..., tuple[Generator, Contract]], seed: int) -> None:
    made, contract = generator()
    events = made.stream(contract.operations[0], RandomSource(seed))
    assert [name for name, _ in events if name != "bill"]


def test_surprises_are_no_failures(generator: Callable[..., tuple[Generator, Contract]]) -> None:
    made, contract = generator(surprises=True)
    streams = [made.stream(contract.operations[0], RandomSource(seed)) for seed in range(40)]
    assert any("never_seen_before" in str(events) for events in streams)


def test_a_stream_that_cannot_be_is_an_error(generator: Callable[..., tuple[Generator, Contract]]) -> None:
    made, contract = generator(TABLE.replace('"(piece | last)+ bill?"', '"piece bill"'))
    with pytest.raises(GenerationError, match="no example was found in"):
        made.stream(contract.operations[0], PlainSource())


def test_an_event_that_cannot_be_is_an_error(generator: Callable[..., tuple[Generator, Contract]]) -> None:
    made, contract = generator(
        TABLE.replace('when = "/cost"', 'when = "/cost/x"').replace("(piece | last)+ bill?", "bill")
    )
    with pytest.raises(GenerationError, match="no event 'bill'"):
        made.stream(contract.operations[0], PlainSource())
