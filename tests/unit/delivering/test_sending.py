from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tapecheck.delivering import Answer, Message, NoAnswer, Target, post
from tapecheck.errors import UsageError
from tapecheck.model import Headers
from tests.receiver import Receiver
from tests.unit.delivering.conftest import Time

MESSAGE = Message(headers=Headers((("x-kind", "grüße"),)), body=b"0123456789")


@contextmanager
def raw(serve: Callable[[socket.socket], object]) -> Iterator[Target]:
    """Take one connection and do with it what the test says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = Thread(target=run)
        thread.start()
        yield Target.of(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()


def test_what_is_sent_and_answered(receiver: Receiver, virtual: Time) -> None:
    receiver.statuses = [302]
    answer = post(Target.of(f"{receiver.url}?a=b"), MESSAGE, virtual.clock)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.reason, answer.body) == (302, "Found", b"ok")
    assert answer.headers.get("location") == "/elsewhere"
    ((path, headers, body),) = receiver.came
    assert (path, body) == ("/hooks?a=b", MESSAGE.body)
    assert headers["x-kind"].encode("latin-1").decode() == "grüße"
    assert headers["content-length"] == "10"
    assert headers["host"] == receiver.url.split("/")[2]


def test_a_body_in_pieces(receiver: Receiver, virtual: Time) -> None:
    slow = Message(headers=Headers(), body=MESSAGE.body, pause=0.5)
    assert isinstance(post(Target.of(receiver.url), slow, virtual.clock), Answer)
    assert receiver.came[0][2] == MESSAGE.body
    assert virtual.slept == [0.5] * 4


def test_an_empty_body(receiver: Receiver, virtual: Time) -> None:
    empty = Message(headers=Headers(), body=b"", pause=0.5)
    assert isinstance(post(Target.of(receiver.url), empty, virtual.clock), Answer)
    assert receiver.came[0][1]["content-length"] == "0"


def test_nobody_listens(virtual: Time) -> None:
    with socket.socket() as taken:  # and does not listen, so that nobody else can
        taken.bind(("127.0.0.1", 0))
        target = Target.of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert post(target, MESSAGE, virtual.clock) == NoAnswer(reason="Connection refused")


def test_a_receiver_that_says_nothing(virtual: Time) -> None:
    with raw(lambda connection: connection.makefile("rb").read()) as target:
        found = post(target, MESSAGE, virtual.clock, timeout=0.05)
    assert found == NoAnswer(reason="timed out after 0.05 s")


def test_a_receiver_that_speaks_another_language(virtual: Time) -> None:
    def speak(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"SSH-2.0\r\n")

    with raw(speak) as target:
        found = post(target, MESSAGE, virtual.clock)
    assert isinstance(found, NoAnswer)
    assert "SSH-2.0" in found.reason


def test_a_receiver_that_hangs_up(virtual: Time) -> None:
    with raw(lambda connection: connection.recv(65536)) as target:
        found = post(target, MESSAGE, virtual.clock)
    assert isinstance(found, NoAnswer)
    assert found.reason


def test_a_header_that_cannot_be_sent(receiver: Receiver, virtual: Time) -> None:
    found = post(Target.of(receiver.url), Message(headers=Headers((("a", "b\nc"),)), body=b""), virtual.clock)
    assert isinstance(found, NoAnswer)
    assert receiver.came == []


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://localhost", (False, "localhost", 80, "/")),
        ("https://a.example:8443/b?c=d", (True, "a.example", 8443, "/b?c=d")),
        ("http://[::1]:8000/", (False, "::1", 8000, "/")),
        ("https://[::1]/", (True, "::1", 443, "/")),
    ],
)
def test_targets(url: str, target: tuple[bool, str, int, str]) -> None:
    found = Target.of(url)
    assert (found.secure, found.host, found.port, found.path) == target
    assert found.url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://a.example",
        "http://",
        "http://[::1",
        "http://a:99999",
        "http://a/ b",
        "http://a/é",
        "http://u:p@a/",
        "http://a/#b",
    ],
)
def test_what_is_no_target(url: str) -> None:
    with pytest.raises(UsageError, match="--to"):
        Target.of(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Target.of("http://user:hidden@a.example/")
    assert "hidden" not in str(caught.value)
