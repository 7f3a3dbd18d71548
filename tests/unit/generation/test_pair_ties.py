from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.generation.options import Next
from tapecheck.generation.pair_ties import pair_ties

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
order = "open (piece | close)*"
[[operations.talk.stream.pairs]]
open = "open"
close = "close"
inside = ["piece"]
key = "/n"
"""
SCHEMAS = {f"events/{name}": {"type": "object"} for name in ("open", "piece", "close")}


@pytest.mark.parametrize(
    ("declared", "before", "name", "expected"),
    [
        ("", "", "open", []),
        ("from = 0", "", "open", [0]),
        ("from = 0", "open0 close0", "open", [1]),
        ("", "open0", "piece", [0]),
        ("", "open0 open1", "close", [1, 0]),
        ("", "open0 open1 close1 close9", "close", [0]),
        ("", "", "close", []),
    ],
)
def test_what_pairs_call_for(
    contract: Callable[..., Contract],
    event: Callable[[str, JSONValue], StreamedEvent],
    declared: str,
    before: str,
    name: str,
    expected: list[JSONValue],
) -> None:
    stream = contract(TABLE + declared, SCHEMAS).operations[0].stream
    assert stream is not None
    (tie,) = pair_ties(stream)
    events = [event(one[:-1], {"n": int(one[-1])}) for one in before.split()]
    assert [option.pins[("n",)] for option in tie(Next(name=name, before=events, after=()))] == expected
