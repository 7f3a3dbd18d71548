from __future__ import annotations

import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import FaultError
from tapecheck.faults import Ending, Reply, Unreached
from tapecheck.intercepting.wire import Wire


def never(error: FaultError) -> None:
    raise AssertionError("nothing to be told") from error


def drained(wire: Wire, timeout: float | None = 1, most: int = 65536) -> list[bytes]:
    """Read up to the end, or to whatever is raised there."""
    found = []
    try:
        while piece := wire.read(most, timeout):
            found.append(piece)
    except OSError as error:
        found.append(type(error).__name__.encode())
    return found


def test_a_reply_of_known_length() -> None:
    head, body = drained(Wire(Reply(status=200, reason="OK", pieces=(b"abc",)), "GET", never))
    assert (head, body) == (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n", b"abc")


def test_to_a_question_after_the_head_no_body_comes() -> None:
    [head] = drained(Wire(Reply(status=200, pieces=(b"abc",)), "HEAD", never))
    assert head.endswith(b"content-length: 3\r\n\r\n")


@pytest.mark.parametrize(
    ("ending", "end"), [(Ending.CLOSE, []), (Ending.RESET, [b"ConnectionResetError"]), (Ending.HOLD, [b"TimeoutError"])]
)
def test_how_a_connection_ends(ending: Ending, end: list[bytes]) -> None:
    reply = Reply(status=200, pieces=(b"ab",), missing=2, ending=ending)
    assert drained(Wire(reply, "GET", never))[1:] == [b"ab", *end]


def test_a_silent_reply_begins_with_its_end() -> None:
    assert drained(Wire(Reply(status=200, silent=True, ending=Ending.RESET), "GET", never)) == [b"ConnectionResetError"]


@given(pieces=st.lists(st.binary(min_size=1), min_size=1), most=st.integers(1, 9))
def test_nothing_is_lost_however_little_is_read_at_a_time(pieces: list[bytes], most: int) -> None:
    reply = Reply(status=200, pieces=tuple(pieces))
    assert b"".join(drained(Wire(reply, "GET", never), most=most)).endswith(b"".join(pieces))
    assert drained(Wire(reply, "GET", never))[1:] == pieces


def test_a_pause_shorter_than_the_time_out_is_over_at_once() -> None:
    reply = Reply(status=200, pieces=(b"a", b"b"), pause=0.5)
    assert drained(Wire(reply, "GET", never), timeout=0.6)[1:] == [b"a", b"b"]
    assert drained(Wire(reply, "GET", never), timeout=None)[1:] == [b"a", b"b"]


def test_a_pause_as_long_as_the_time_out_is_one_and_goes_on_where_the_client_waits_again() -> None:
    wire = Wire(Reply(status=200, pieces=(b"a",), pause=0.5), "GET", never)
    wire.read(100, 0.2)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            wire.read(100, 0.2)
    assert wire.read(100, 0.2) == b"a"


def test_a_client_that_would_wait_for_ever_is_told_so() -> None:
    told: list[FaultError] = []
    wire = Wire(Reply(status=200, silent=True, ending=Ending.HOLD), "GET", told.append)
    assert wire.is_silent(None)
    assert not wire.is_silent(1)
    with pytest.raises(FaultError, match="no read time-out") as caught:
        wire.read(100, None)
    assert told == [caught.value]


@pytest.mark.parametrize(
    ("why", "error"),
    [
        (Unreached.REFUSED, ConnectionRefusedError),
        (Unreached.TIMED_OUT, TimeoutError),
        (Unreached.UNRESOLVED, socket.gaierror),
        (Unreached.UNTRUSTED, ssl.SSLCertVerificationError),
    ],
)
def test_a_server_that_is_not_reached(why: Unreached, error: type[OSError]) -> None:
    with pytest.raises(error):
        Wire(Reply(status=200, unreached=why), "GET", never).connect(1, tls=True)


@pytest.mark.parametrize(
    ("why", "timeout", "message"),
    [(Unreached.TIMED_OUT, None, "no connect time-out"), (Unreached.UNTRUSTED, 1, "not encrypted")],
)
def test_what_cannot_keep_this_client_from_the_server(why: Unreached, timeout: float | None, message: str) -> None:
    told: list[FaultError] = []
    with pytest.raises(FaultError, match=message) as caught:
        Wire(Reply(status=200, unreached=why), "GET", told.append).connect(timeout, tls=False)
    assert told == [caught.value]


def test_a_server_that_is_reached() -> None:
    wire = Wire(Reply(status=200), "GET", never)
    wire.connect(None, tls=True)
    assert wire.read(12, None) == b"HTTP/1.1 200"
