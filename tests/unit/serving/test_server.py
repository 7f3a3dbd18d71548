from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tapecheck.faults import Ending, Reply
from tapecheck.model import Request
from tapecheck.serving import Answer, Limits, Server

Answered = Callable[[Reply], Callable[[Request], Answer]]

STREAM = Reply(status=200, reason="OK", pieces=(b"one", b"two"), framing="sse")
WORDS = Reply(status=200, reason="OK", pieces=(b"words",))


@contextmanager
def connected(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def raw(server: Server, content: bytes) -> bytes:
    """Return all that comes back until the server closes the connection."""
    host, port = urlsplit(server.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(content)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_only_this_machine_can_ask(answered: Answered) -> None:
    with Server(answered(WORDS)) as server:
        assert server._listener.socket.getsockname()[0] == urlsplit(server.url).hostname == "127.0.0.1"


def test_requests_are_handed_on_whole(answered: Answered) -> None:
    asked: list[Request] = []
    with Server(answered(WORDS), log=lambda request, answer: asked.append(request)) as server:
        with connected(server) as connection:
            connection.request("PUT", "/a?b=c", body=b"body", headers={"X-Key": "secret"})
            assert connection.getresponse().read() == b"words"
        (request,) = asked
        assert (request.method, request.uri, request.body.content) == ("PUT", f"{server.url}/a?b=c", b"body")
        assert request.headers.get("x-key") == "secret"


def test_connections_are_kept(answered: Answered) -> None:
    with Server(answered(STREAM)) as server, connected(server) as connection:
        connection.connect()
        sock = connection.sock
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"onetwo"
        assert connection.sock is sock


def test_each_event_is_sent_before_the_next_is_made(answered: Answered) -> None:
    """The second event is not sent before the client has read the first."""
    read = threading.Event()
    slow = Reply(status=200, pieces=(b"one", b"two"), framing="sse", pause=1)
    pauses = iter((lambda: None, lambda: read.wait(30)))
    with Server(answered(slow), sleep=lambda seconds: next(pauses)()) as server, connected(server) as connection:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.read1() == b"one"
        read.set()
        assert response.read() == b"two"


@pytest.mark.parametrize("silent", [True, False])
def test_a_reset(answered: Answered, silent: bool) -> None:
    reply = Reply(status=200, pieces=(b"x",), missing=5, silent=silent, ending=Ending.RESET)
    with Server(answered(reply)) as server, connected(server) as connection:
        connection.request("GET", "/")
        with pytest.raises(ConnectionResetError):
            connection.getresponse().read()


@pytest.mark.parametrize("framing", [None, "sse"])
def test_a_body_that_breaks_off(answered: Answered, framing: str | None) -> None:
    reply = Reply(status=200, pieces=(b"x",), missing=5, framing=framing, ending=Ending.CLOSE)
    with Server(answered(reply)) as server, connected(server) as connection:
        connection.request("GET", "/")
        with pytest.raises(http.client.IncompleteRead) as caught:
            connection.getresponse().read()
        assert caught.value.partial == b"x"


def test_a_connection_is_held_until_the_client_leaves(answered: Answered) -> None:
    reply = Reply(status=200, silent=True, ending=Ending.HOLD)
    with Server(answered(reply), limits=Limits(connections=1)) as server:
        with connected(server) as connection:
            connection.request("GET", "/")
            assert b"503" in raw(server, b"GET / HTTP/1.1\r\n\r\n").splitlines()[0]
        wait_for(lambda: b"503" not in raw(server, b"x\r\n\r\n").splitlines()[0])


def wait_for(done: Callable[[], bool]) -> None:
    """Try until it is done; each attempt waits for the server."""
    for _ in range(10_000):
        if done():
            return
    pytest.fail("it was never done")


def test_a_connection_is_not_held_for_ever(answered: Answered) -> None:
    reply = Reply(status=200, silent=True, ending=Ending.HOLD)
    with Server(answered(reply), limits=Limits(hold=0.01)) as server:
        assert raw(server, b"GET / HTTP/1.1\r\n\r\n") == b""


def test_a_client_that_goes_on_talking_is_not_held_for_ever(answered: Answered) -> None:
    reply = Reply(status=200, silent=True, ending=Ending.HOLD)
    came = threading.Event()
    with Server(answered(reply), log=lambda request, answer: came.set()) as server:
        ticks = iter((0, 0, 10_000))
        server.clock = lambda: next(ticks)
        host, port = urlsplit(server.url).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert came.wait(30)
            connection.sendall(b"x")
            assert connection.recv(1) == b""


def test_closing_ends_what_is_held(answered: Answered) -> None:
    reply = Reply(status=200, silent=True, ending=Ending.HOLD)
    came = threading.Event()
    with connected(server := Server(answered(reply), log=lambda request, answer: came.set())) as connection:
        connection.request("GET", "/")
        assert came.wait(30)
        server.close()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            connection.getresponse()


def test_a_client_that_dawdles_is_let_go(answered: Answered) -> None:
    with Server(answered(WORDS), limits=Limits(patience=0.01)) as server:
        assert raw(server, b"GET / HTTP/1.1\r\n") == b""
        assert raw(server, b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nabc") == b""


def test_a_request_that_is_too_long(answered: Answered) -> None:
    with Server(answered(WORDS), limits=Limits(request_bytes=10)) as server, connected(server) as connection:
        connection.request("POST", "/", body=b"x" * 11)
        response = connection.getresponse()
        assert (response.status, response.getheader("connection")) == (413, "close")
        assert b"more than 10 bytes" in response.read()


def test_who_sends_too_much_gets_the_reply_all_the_same(answered: Answered) -> None:
    with Server(answered(WORDS), limits=Limits(request_bytes=10)) as server:
        answer = raw(server, b"POST / HTTP/1.1\r\ncontent-length: 9999\r\n\r\n" + b"x" * 9999)
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_heads_that_are_refused(answered: Answered, content: bytes, status: int) -> None:
    with Server(answered(WORDS)) as server:
        answer = raw(server, content)
    assert str(status).encode() in answer[:40]
    assert b"<html" not in answer.lower()


def test_who_sends_too_long_a_head_is_not_cut_off_at_it(answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tapecheck.serving.server._LINGER", 30)
    with Server(answered(WORDS)) as server:
        host, port = urlsplit(server.url).netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"GET /" + b"a" * 70_000)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
            for _ in range(100):
                connection.sendall(b"a" * 1000)
    assert answer.startswith(b"HTTP/1.1 414 ")


def test_a_client_of_old(answered: Answered) -> None:
    with Server(answered(STREAM)) as server:
        head, _, body = raw(server, b"GET / HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body == b"onetwo"


def test_clients_that_leave_are_no_news(answered: Answered, capsys: pytest.CaptureFixture[str]) -> None:
    held = Reply(status=200, pieces=(b"x" * 100_000,) * 100)
    with Server(answered(held)) as server:
        host, port = urlsplit(server.url).netloc.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            connection.recv(1)
    assert capsys.readouterr().err == ""


def test_mistakes_of_ours_are_told_and_end_nothing(answered: Answered, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter((None, answered(WORDS)))

    def answer(request: Request) -> Answer:
        chosen = next(answers)
        assert chosen is not None, "a mistake"
        return chosen(request)

    with Server(answer) as server:
        assert raw(server, b"GET / HTTP/1.1\r\n\r\n") == b""
        assert raw(server, b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n").endswith(b"words")
    assert "AssertionError: a mistake" in capsys.readouterr().err


def test_many_at_a_time(answered: Answered) -> None:
    with Server(answered(STREAM)) as server:
        bodies: list[bytes] = []
        ask = lambda: bodies.append(raw(server, b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n"))  # noqa: E731
        threads = [threading.Thread(target=ask) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(bodies) == 30
    assert all(body.endswith(b"0\r\n\r\n") for body in bodies)


def test_a_port_that_is_taken(answered: Answered) -> None:
    with Server(answered(WORDS)) as server, pytest.raises(OSError, match=r"in use|10048"):
        Server(answered(WORDS), port=int(server.url.rpartition(":")[2]))


def test_a_thread_that_cannot_start_takes_no_room(answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with Server(answered(WORDS), limits=Limits(connections=1)) as server:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            assert raw(server, b"").startswith(b"HTTP/1.1 503 ")
        assert raw(server, b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n").endswith(b"words")
