"""Each fault, as the plugin plays it, is to each client what a server that really does it is."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import pytest

from tapecheck.faults import FAULTS, Ending, Reply, Shapes
from tapecheck.intercepting import Interception
from tapecheck.model import Request
from tapecheck.serving import Answer, Server, Source, replies
from tests.plugin.asking import CLIENTS, Ask, Question, Seen
from tests.plugin.unreachable import closed_port, not_found, silent_port, untrusted_port

PATIENCE: Final = 0.2
"""Seconds; fewer than there are between the drips of `slow-drip`."""

LONG: Final = 30.0
"""Seconds; nothing here takes that long."""

SERVED: Final = [name for name, fault in FAULTS.items() if not fault.unreached]
UNREACHED: Final = [name for name, fault in FAULTS.items() if fault.unreached]

DOCUMENT: Final = replies.document(
    200, {"id": "thing_1", "text": "Grüße, and quite a few words more than that.", "n": 3}
)
STREAM: Final = replies.stream(
    200,
    "sse",
    [b'event: a\ndata: {"n": 0}\n\n', 'data: {"text": "Grüße"}\n\n'.encode(), b": hush\n\n", b"data: 2\n\n"],
)
ARRAY: Final = replies.stream(200, "json-array", [b'[{"n":0}', b',\n{"n":1}', b',\n{"n":2}', b"]"])
SHAPES: Final = Shapes(error=replies.text, failure=lambda: b'data: {"error": "sorry"}\n\n')
KINDS: Final = {"document": DOCUMENT, "stream": STREAM, "array": ARRAY}


def spoilt(request: Request) -> Reply:
    """Return the reply that the request's header and path ask for."""
    name = request.headers.get("x-fault") or ""
    return FAULTS[name].apply(KINDS[request.uri.rsplit("/", 1)[1]], SHAPES)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the URL of a server that really does what it is asked for."""
    with Server(lambda request: Answer(reply=spoilt(request), source=Source.FAULT)) as server:
        yield server.url


@pytest.fixture(scope="module")
def unreachable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Give the URL at which each fault happens really."""
    folder = tmp_path_factory.mktemp("certificate")
    with closed_port() as closed, silent_port() as silent, untrusted_port(folder) as untrusted:
        urls = {"connect-refused": closed, "tls-failure": untrusted, "dns-failure": "http://provider.invalid/"}
        yield {**urls, "connect-timeout": silent} if sys.platform == "linux" else urls


@pytest.fixture(autouse=True)
def no_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find none of the names that nobody may have (RFC 2606, 2), without asking anybody."""
    monkeypatch.setattr(socket, "getaddrinfo", not_found(socket.getaddrinfo))


@pytest.fixture(scope="module")
def hasty_url() -> Iterator[str]:
    """Give the URL of one that does not wait between drips."""
    with Server(
        lambda request: Answer(reply=spoilt(request), source=Source.FAULT), sleep=lambda seconds: None
    ) as server:
        yield server.url


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", SERVED)
def test_what_a_server_causes(url: str, fault: str, client: str) -> None:
    kinds = [kind for kind, reply in KINDS.items() if FAULTS[fault].befalls(reply)]
    assert kinds
    for kind in kinds:
        pairs = ((played(CLIENTS[client], one), CLIENTS[client](one)) for one in questions(f"{url}/{kind}", fault))
        assert any(comparable(seen, kind) == comparable(real, kind) for seen, real in pairs), kind


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_drips_for_a_client_that_waits(hasty_url: str, kind: str, client: str) -> None:
    question = Question(url=f"{hasty_url}/{kind}", fault="slow-drip", timeout=LONG)
    real = CLIENTS[client](question)
    seen = played(CLIENTS[client], question)
    assert b"".join(real.pieces) == KINDS[kind].body
    assert comparable(seen, kind) == comparable(real, kind)
    assert kind == "document" or len(seen.pieces) > len(KINDS[kind].pieces)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", UNREACHED)
def test_what_keeps_a_client_from_a_server(unreachable: Mapping[str, str], fault: str, client: str) -> None:
    if fault not in unreachable:
        pytest.skip("only Linux drops attempts to connect where the queue is full")
    # On a busy machine a handshake takes its time, and would be given up for another reason.
    timeout = PATIENCE if fault == "connect-timeout" else LONG
    question = Question(url=f"{unreachable[fault]}document", fault=fault, timeout=timeout)
    real = CLIENTS[client](question)
    assert real.error is not None
    assert played(CLIENTS[client], question) == real


def played(ask: Ask, question: Question) -> Seen:
    """Ask the same of a host that nobody is; the fault is played."""
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return spoilt(request)

    kind = question.url.rsplit("/", 1)[1]
    with Interception(answer) as interception:
        seen = ask(replace(question, url=f"https://api.test.invalid/{kind}"))
    assert len(asked) == 1
    assert interception.problems == ()
    return seen


def questions(url: str, fault: str) -> Iterator[Question]:
    """Yield the question as often as it may be asked until chance has no part in the answer.

    On a busy machine a sound server takes its time as well, so a client is given more patience each time. And a system
    may throw away what has not left it when a connection is reset.
    """
    reply = FAULTS[fault].apply(STREAM, SHAPES)
    if reply.ending is Ending.HOLD or reply.pause:
        timeouts = [PATIENCE, 10 * PATIENCE, LONG]
    else:
        timeouts = [LONG] * (3 if reply.ending is Ending.RESET else 1)
    for timeout in timeouts:
        yield Question(url=url, fault=fault, timeout=timeout)


def comparable(seen: Seen, kind: str) -> Seen:
    """A body of known length comes in as many pieces as the system likes."""
    return seen.whole if kind == "document" else seen
