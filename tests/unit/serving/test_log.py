from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tapecheck.contracts import Contracts
from tapecheck.faults import Reply
from tapecheck.model import Request
from tapecheck.serving import Answer, Log, Source

Ask = Callable[..., Request]
ANSWER = Answer(reply=Reply(status=200), source=Source.CASSETTE, provider="talk", operation="say", name="talk/say/a")


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def log(contracts: Contracts, lines: list[str]) -> Log:
    return Log(contracts, lines.append)


def test_a_line(log: Log, lines: list[str], ask: Ask) -> None:
    log(ask("/talk/v1/say"), ANSWER)
    assert lines == ["POST /talk/v1/say 200 talk say cassette talk/say/a"]


def test_what_is_not_known_is_a_dash(log: Log, lines: list[str], ask: Ask) -> None:
    log(ask("", method="GET"), Answer(reply=Reply(status=404), source=Source.REFUSED))
    log(ask("/x"), replace(ANSWER, reply=Reply(status=200, silent=True), source=Source.FAULT, name="read-timeout"))
    assert lines == ["GET / 404 - - refused", "POST /x - talk say fault read-timeout"]


def test_no_secret_and_no_body(log: Log, lines: list[str], ask: Ask) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    log(ask(f"/talk/{token}?key=hidden", {"text": "hidden"}, x_key="hidden"), ANSWER)
    assert "hidden" not in lines[0]
    assert token not in lines[0]


def test_nothing_plays_tricks_on_the_terminal(log: Log, lines: list[str], ask: Ask) -> None:
    log(ask("/\x1b[2J\u202eé x"), ANSWER)
    assert lines[0].startswith("POST /%1B[2J%E2%80%AE%C3%A9%20x 200 ")
