from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.faults import Ending, Reply
from tapecheck.model import Headers
from tapecheck.serving.playing import Asker, play

ASKER = Asker()
STREAM = Reply(status=200, reason="OK", pieces=(b"one", b"", b"two"), framing="sse")


@pytest.fixture
def played() -> Callable[..., list[bytes]]:
    """Return what is written, piece by piece; waiting is written as well."""

    def played(reply: Reply, asker: Asker = ASKER) -> list[bytes]:
        written: list[bytes] = []
        play(reply, asker, written.append, lambda seconds: written.append(b"sleep %g" % seconds))
        return written

    return played


Played = Callable[..., list[bytes]]


def test_a_document(played: Played) -> None:
    reply = Reply(status=200, reason="OK", headers=Headers((("a", "b"),)), pieces=(b"xyz",))
    assert played(reply) == [b"HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 3\r\n\r\n", b"xyz"]


def test_a_stream_is_sent_event_by_event(played: Played) -> None:
    head, *chunks = played(STREAM)
    assert head == b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert chunks == [b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"]


def test_a_client_that_knows_no_chunks(played: Played) -> None:
    assert played(STREAM, Asker(takes_chunks=False)) == [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
        b"one",
        b"two",
    ]


@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET, Ending.HOLD])
def test_a_stream_that_breaks_off_has_no_last_chunk(played: Played, ending: Ending) -> None:
    reply = Reply(status=200, pieces=(b"one",), framing="sse", ending=ending)
    assert played(reply)[-1] == b"3\r\none\r\n"


def test_more_is_announced_than_comes(played: Played) -> None:
    head, body = played(Reply(status=200, pieces=(b"xyz",), missing=4, ending=Ending.CLOSE))
    assert b"content-length: 7\r\n" in head
    assert body == b"xyz"


def test_nothing_at_all(played: Played) -> None:
    assert played(Reply(status=200, silent=True)) == []


def test_pauses(played: Played) -> None:
    assert played(Reply(status=200, pieces=(b"a", b"b"), pause=0.5))[1:] == [b"sleep 0.5", b"a", b"sleep 0.5", b"b"]


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(played: Played, status: int) -> None:
    assert played(Reply(status=status, pieces=(b"x",))) == [b"HTTP/1.1 %d \r\n\r\n" % status]


@pytest.mark.parametrize("framing", [None, "sse"])
def test_heads_alone(played: Played, framing: str | None) -> None:
    assert len(played(Reply(status=200, pieces=(b"x",), framing=framing), Asker(wants_body=False))) == 1


def test_fields_cannot_end_the_head(played: Played) -> None:
    headers = Headers((("a\r\nb", "c\r\n\r\nd\x00"), ("e", "é✓")))
    (head,) = played(Reply(status=200, reason="O\nK", headers=headers))
    assert head == b"HTTP/1.1 200 O K\r\na b: c d \r\ne: \xe9?\r\ncontent-length: 0\r\n\r\n"
