from __future__ import annotations

from hypothesis.vendor.pretty import pretty

from tapecheck.faults import Reply
from tapecheck.generation import Event
from tapecheck.model import Headers
from tapecheck.testing import GeneratedAnswer

JSON = Headers((("content-type", "application/json"),))


def answer(*pieces: bytes, events: tuple[Event, ...] | None = None) -> GeneratedAnswer:
    reply = Reply(status=200, headers=JSON, pieces=pieces)
    return GeneratedAnswer(provider="chat", operation="talk", reply=reply, events=events)


def test_it_shows_what_is_played() -> None:
    shown = answer(b'{"a":', b"1}")
    assert (shown.status, shown.headers) == (200, (("content-type", "application/json"),))
    assert (shown.pieces, shown.body) == ((b'{"a":', b"1}"), b'{"a":1}')
    assert shown.json() == {"a": 1}


def test_the_data_of_a_stream_is_without_its_marker() -> None:
    assert answer(b"any", events=(("say", {"a": 1}), ("done", None))).json() == [{"a": 1}]


def test_a_body_is_printed_indented() -> None:
    shown = answer('{"a":["ö"]}'.encode())
    expected = 'chat talk answers 200\n  {\n    "a": [\n      "ö"\n    ]\n  }'
    assert str(shown) == repr(shown) == pretty(shown) == expected


def test_an_event_is_printed_in_a_line() -> None:
    shown = answer(b"any", events=(("say", {"a": 1}), ("done", None)))
    assert str(shown) == 'chat talk answers 200\n  say {"a": 1}\n  done'


def test_a_long_one_is_printed_in_part() -> None:
    shown = str(answer(b"any", events=(("say", {}),) * 203)).splitlines()
    assert len(shown) == 202
    assert shown[-1] == "… and 3 more lines"
