"""Tool calls as the pieces of one another: `calls` holds items of which each has an index."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import Code, JSONValue
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

Told = Callable[..., list[tuple[str, int | None, str]]]

EVENTS = ("piece", "stop", "other", "error")
HEAD = 'order = "(piece | other)* stop"\nfailures = ["error"]\n[[series]]\n'
CALLS = HEAD + 'each = "/calls/*"\nkey = "/calls/*/index"\n'
STOP: Content = {"type": "stop"}


def piece(*calls: JSONValue, kind: str = "piece", **fields: JSONValue) -> Content:
    """An event with these calls."""
    return {"type": kind, "calls": list(calls), **fields}


def call(index: JSONValue, **fields: JSONValue) -> JSONValue:
    return {"index": index, **fields}


@pytest.fixture
def told(streamed: Told) -> Callable[..., list[tuple[str, int | None, str]]]:
    """What is told of a stream of these events, closed by `stop`, with these settings of a series of calls."""

    def found(settings: str, *events: Content, head: str = CALLS) -> list[tuple[str, int | None, str]]:
        return streamed(head + settings, EVENTS, [*events, STOP])

    return found


def out_of_order(event: int, message: str) -> list[tuple[str, int, str]]:
    return [("TC107", event, message)]


def incomplete(event: int, message: str) -> list[tuple[str, int, str]]:
    return [("TC108", event, message)]


# first, once, last, content -------------------------------------------------------------------------------------------


def test_the_first_item_has_what_the_others_need_not(told: Told) -> None:
    settings = 'first = ["/calls/*/id"]'
    assert told(settings, piece(call(0, id="a")), piece(call(0), call(1, id="b")), piece(call(1))) == []
    begins = "the series (index 1) begins without /calls/*/id"
    assert told(settings, piece(call(0, id="a")), piece(call(1)), piece(call(1, id="b"))) == out_of_order(1, begins)
    assert told(settings, piece(call(1, id=None)))[0][2] == begins, "null is nothing"


def test_a_field_that_comes_once(told: Told) -> None:
    settings = 'once = ["/calls/*/id"]'
    assert told(settings, piece(call(0)), piece(call(0, id="a")), piece(call(0, id=None))) == []
    again = "/calls/*/id comes a second time in the series (index 0)"
    assert told(settings, piece(call(0, id="a"), call(1, id="a")), piece(call(0, id="a"))) == out_of_order(1, again)
    never = "the series (index 1) ends without /calls/*/id"
    assert told(settings, piece(call(0, id="a"), call(1)), piece(call(1))) == incomplete(1, never)


def test_a_series_may_have_a_last_item(told: Told) -> None:
    settings = 'last = ["/calls/*/end", "/calls/*/stop"]\ncontent = ["/calls/*/text"]'
    assert told(settings, piece(call(0, text="a")), piece(call(0, text="b", end=True)), piece(call(0, usage=1))) == []
    assert told(settings, piece(call(0, stop=1))) == []
    goes_on = "the series (index 0) goes on after its last item"
    assert told(settings, piece(call(0, end=True)), piece(call(0, text="a"))) == out_of_order(1, goes_on)
    never = "the series (index 1) ends without /calls/*/end"
    assert told(settings, piece(call(0, stop=1), call(1)), piece(call(1))) == incomplete(1, never)


def test_a_stream_that_failed_or_was_cut_owes_nothing(streamed: Told) -> None:
    settings = CALLS + 'once = ["/calls/*/id"]\nlast = ["/calls/*/end"]\njoin = "/calls/*/text"\njson = true\n'
    begun = piece(call(0, text="{"))
    assert streamed(settings, EVENTS, [begun, {"type": "error"}]) == []
    assert [message for _, _, message in streamed(settings, EVENTS, [begun])] == [
        "the stream stops behind 'piece'; still to come: piece or other or stop"
    ]
    assert len(streamed(settings, EVENTS, [begun, STOP])) == 3


# key, each, events, in-turn, from -------------------------------------------------------------------------------------


def test_items_without_their_key_are_passed_over(told: Told) -> None:
    assert told('once = ["/calls/*/id"]', piece({"id": "a"}, {"id": "b"}), piece({"id": "c"}), {"type": "other"}) == []


def test_a_key_may_have_several_parts(told: Told) -> None:
    nested = 'each = "/choices/*/calls/*"\nkey = ["/choices/*/n", "/choices/*/calls/*/index"]\n'
    settings = nested + 'once = ["/choices/*/calls/*/id"]'
    event: Content = {
        "type": "piece",
        "choices": [{"n": 0, "calls": [call(0, id="a"), call(1, id="b")]}, {"n": 1, "calls": [call(0, id="c")]}],
    }
    assert told(settings, event, head=HEAD) == []
    assert [message for _, _, message in told(settings, event, event, head=HEAD)] == [
        f"/choices/*/calls/*/id comes a second time in the series (n {n}, index {index})"
        for n, index in ((0, 0), (0, 1), (1, 0))
    ]


def test_without_each_and_key_all_events_are_one_series(told: Told) -> None:
    events = 'events = ["piece"]\nonce = ["/id"]'
    assert told(events, {"type": "piece", "id": "a"}, {"type": "other", "id": "b"}, head=HEAD) == []
    twice: list[Content] = [{"type": "piece", "id": "a"}, {"type": "piece", "id": "b"}]
    assert told(events, *twice, head=HEAD) == out_of_order(1, "/id comes a second time in the series")


def test_only_some_events_may_count(told: Told) -> None:
    settings = 'events = ["piece"]\nfirst = ["/calls/*/id"]'
    assert told(settings, piece(call(0), kind="other"), piece(call(0, id="a"))) == []


def test_series_may_have_to_come_in_turn(told: Told) -> None:
    assert told("in-turn = true", piece(call(0)), piece(call(0), call(1)), piece(call(1))) == []
    over = "the series (index 0) goes on after the next one has begun"
    assert told("in-turn = true", piece(call(0)), piece(call(1)), piece(call(0))) == out_of_order(2, over)
    assert told("", piece(call(0)), piece(call(1)), piece(call(0))) == []


@pytest.mark.parametrize(
    ("indexes", "found"),
    [
        ([1, 1, 2, 1, 3], []),
        ([2, 3], [(0, "a new series begins (index 2), expected number 1")]),
        ([1, 3, 4], [(1, "a new series begins (index 3), expected number 2")]),
        (["x", 2], [(0, "a new series begins (index 'x'), expected number 1")]),
        ([1.0, 2], [(0, "a new series begins (index 1.0), expected number 1")]),
    ],
)
def test_series_may_count_up(told: Told, indexes: list[JSONValue], found: list[tuple[int, str]]) -> None:
    events = [piece(call(index)) for index in indexes]
    assert told("from = 1", *events) == [("TC107", event, message) for event, message in found]


def test_each_group_counts_by_itself(told: Told) -> None:
    settings = 'each = "/calls/*"\nkey = ["/calls/*/group", "/calls/*/index"]\nfrom = 0'
    grouped = [piece(call(0, group="a")), piece(call(0, group="b"), call(1, group="a")), piece(call(2, group="b"))]
    message = "a new series begins (group 'b', index 2), expected number 1"
    assert told(settings, *grouped, head=HEAD) == out_of_order(2, message)


def test_a_count_without_a_key_is_none(told: Told) -> None:
    assert told("from = 1", {"type": "piece"}, {"type": "piece"}, head=HEAD) == []


# starts, allowed ------------------------------------------------------------------------------------------------------


def test_a_series_may_begin_with_certain_items_only(told: Told) -> None:
    settings = 'starts = { field = "/calls/*/kind", values = ["tool", "code"] }\nfirst = ["/calls/*/id"]'
    assert told(settings, piece(call(0)), piece(call(0, kind="text")), piece(call(0, kind="tool", id="a"))) == []
    begins = "the series (index 0) begins without /calls/*/id"
    assert told(settings, piece(call(0, id="a")), piece(call(0, kind="code"))) == out_of_order(1, begins)


def test_items_may_be_of_certain_kinds_only(told: Told) -> None:
    settings = 'allowed = { field = "/calls/*/kind", values = ["tool", "code"] }'
    assert told(settings, piece(call(0, kind="tool")), piece(call(0)), piece(call(0, kind="code"))) == []
    other = 'got "text" in the series (index 0), the contract allows "code", "tool"'
    assert told(settings, piece(call(0, kind="tool")), piece(call(0, kind="text"))) == out_of_order(1, other)


# join, json, unless, total --------------------------------------------------------------------------------------------

JSON = 'join = "/calls/*/text"\njson = true\n'


def texts(*pieces: JSONValue) -> list[Content]:
    return [piece(call(0, text=text)) for text in pieces]


@pytest.mark.parametrize(
    "pieces", [(), ("",), (None,), ("{}",), ('{"a":', " 1", "}"), ("nu", "ll"), ('"\\ud83d', '\\ude00"')]
)
def test_pieces_join_to_json_or_nothing(told: Told, pieces: tuple[JSONValue, ...]) -> None:
    assert told(JSON, piece(call(0)), *texts(*pieces)) == []


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [(('{"a":',), '"{\\"a\\":"'), (("{}", "{}"), '"{}{}"'), ((" ",), '" "'), (("NaN",), '"NaN"'),
     (("[" * 500,), '"' + "[" * 58 + "…")],
)  # fmt: skip
def test_pieces_that_join_to_something_else(told: Told, pieces: tuple[JSONValue, ...], shown: str) -> None:
    message = f"the pieces of the series (index 0) join to {shown}, which is not JSON"
    assert told(JSON, *texts(*pieces)) == out_of_order(len(pieces) - 1, message)


def test_some_ends_excuse_broken_json(told: Told) -> None:
    settings = JSON + 'unless = { field = "/reasons/*", values = ["length"] }'
    assert told(settings, *texts("{"), {"type": "other", "reasons": ["stop", "length"]}) == []
    assert len(told(settings, *texts("{"), {"type": "other", "reasons": ["stop"]})) == 1


TOTAL = 'join = "/calls/*/text"\ntotal = { event = "other", field = "/whole", key = "/index" }'


def test_a_total_repeats_the_pieces(told: Told) -> None:
    whole: Content = {"type": "other", "index": 0, "whole": "ab"}
    assert told(TOTAL, *texts("a", "b"), whole) == []
    differs = 'got "ab", the pieces (index 0) join to "a"'
    assert told(TOTAL, *texts("a"), whole) == out_of_order(1, differs)
    assert told(TOTAL, whole) == out_of_order(0, 'got "ab", the pieces (index 0) join to ""')


@pytest.mark.parametrize(
    "total", [{"whole": "ab"}, {"index": 0}, {"index": 0, "whole": None}, {"index": 1, "whole": ""}]
)
def test_a_total_that_says_nothing_is_passed_over(told: Told, total: dict[str, JSONValue]) -> None:
    assert told(TOTAL, *texts("a"), {"type": "other", **total}) == []


def test_a_total_has_the_key_of_the_series_by_default(told: Told) -> None:
    settings = 'events = ["piece"]\nkey = "/index"\njoin = "/text"\ntotal = { event = "other", field = "/text" }'
    events: list[Content] = [{"type": kind, "index": 0, "text": "a"} for kind in ("piece", "piece", "other")]
    assert told(settings, *events, head=HEAD) == out_of_order(2, 'got "a", the pieces (index 0) join to "aa"')


def test_kinds_of_series_are_held_apart(told: Told) -> None:
    settings = 'once = ["/calls/*/id"]\n[[series]]\neach = "/calls/*"\nkey = "/calls/*/index"\nonce = ["/calls/*/name"]'
    assert told(settings, piece(call(0, id="a", name="b"))) == []
    assert told(settings, piece(call(0, id="a"))) == incomplete(0, "the series (index 0) ends without /calls/*/name")


def test_a_finding_is_on_the_line_of_its_event(watch: Callable[..., Weather]) -> None:
    body = sse([piece(call(0, id="a")), piece(call(0, id="a")), STOP])
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch(CALLS + 'once = ["/calls/*/id"]', EVENTS).findings(tape)
    assert (finding.code, finding.event, finding.line) == (Code.STREAM_ORDER, 1, 32)


def test_a_body_that_is_no_stream_has_no_series(watch: Callable[..., Weather]) -> None:
    tape = exchanged({"calls": []}, None, path="/watch", method="GET")
    assert [one.code for one in watch(CALLS + JSON, EVENTS).findings(tape)] == [Code.CONTENT_TYPE]
