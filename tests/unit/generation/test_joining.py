from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tapecheck.generation.joining import join
from tapecheck.generation.source import PlainSource, RandomSource

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
order = "piece* end"
[[operations.talk.stream.series]]
events = ["piece"]
key = "/n"
join = "/text/0"
"""
SCHEMAS = {f"events/{name}": {"type": "object"} for name in ("piece", "end")}


@pytest.mark.parametrize("seed", range(10))
def test_pieces_make_json(
    contract: Callable[..., Contract], event: Callable[[str, JSONValue], StreamedEvent], seed: int
) -> None:
    stream = contract(TABLE + "json = true", SCHEMAS).operations[0].stream
    assert stream is not None
    values: list[dict[str, JSONValue]] = [{"n": 0, "text": [""]}, {"n": 0}, {"n": 0, "text": ["x"]}, {"n": 1}]
    join(stream, [event("piece", value) for value in values], RandomSource(seed) if seed else PlainSource())
    pieces = [text[0] for value in values if isinstance(text := value.get("text"), list)]
    assert isinstance(json.loads("".join(map(str, pieces))), dict)


def test_the_whole_repeats_the_pieces(
    contract: Callable[..., Contract], event: Callable[[str, JSONValue], StreamedEvent]
) -> None:
    stream = contract(TABLE + 'total = { event = "end", field = "/whole" }', SCHEMAS).operations[0].stream
    assert stream is not None
    values: list[dict[str, JSONValue]] = [{"n": 0, "text": ["a"]}, {"n": 0, "text": ["b"]}]
    ends: list[dict[str, JSONValue]] = [{"n": 0, "whole": "?"}, {"n": 1, "whole": "?"}, {"n": 0}, {"whole": "?"}]
    join(stream, [*(event("piece", one) for one in values), *(event("end", one) for one in ends)], PlainSource())
    assert ends == [{"n": 0, "whole": "ab"}, {"n": 1, "whole": ""}, {"n": 0}, {"whole": "?"}]
