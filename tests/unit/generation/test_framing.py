from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapecheck.generation.framing import encode
from tapecheck.streams import decode, decode_array

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.contracts import Contract, Stream
    from tapecheck.model import JSONValue

TABLE = """
[operations.talk.stream]
framings = ["sse", "json-array"]
events = "events"
name = "/type"
order = "a"
done = "[DONE]"
sse-event = "{label}"
"""

values = st.lists(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))


@pytest.fixture
def stream(contract: Callable[..., Contract]) -> Callable[[str], Stream]:
    def stream(label: str) -> Stream:
        found = contract(TABLE.format(label=label), {"events/a": {"type": "object"}}).operations[0].stream
        assert found is not None
        return found

    return stream


def test_an_event_is_a_piece_and_bears_its_name_where_that_is_declared(stream: Callable[[str], Stream]) -> None:
    events: list[tuple[str, JSONValue]] = [("a", {"x": "ü\n"}), ("done", None)]
    assert encode(events, "sse", stream("none")) == ['data: {"x":"ü\\n"}\n\n'.encode(), b"data: [DONE]\n\n"]
    assert encode(events, "sse", stream("name"))[0] == 'event: a\ndata: {"x":"ü\\n"}\n\n'.encode()


@given(values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_decoders_read_what_is_written(stream: Callable[[str], Stream], events: list[JSONValue]) -> None:
    named = [("a", value) for value in events]
    sse = encode(named, "sse", stream("none"))
    assert len(sse) == len(events)
    assert [json.loads(one.data) for one in decode(b"".join(sse))] == events
    array = encode(named, "json-array", stream("none"))
    assert len(array) == max(len(events), 1)
    assert [json.loads(one.data) for one in decode_array(b"".join(array))] == events


def test_an_array_may_be_empty(stream: Callable[[str], Stream]) -> None:
    assert encode([], "json-array", stream("none")) == [b"[]"]
