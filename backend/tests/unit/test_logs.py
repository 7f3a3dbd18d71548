from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from backend import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers, root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    server = logging.getLogger("uvicorn.error")
    for added in [*server.filters]:
        server.removeFilter(added)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logs.logger().info("request", status=200)
    logging.getLogger("library").warning("watch %s", "out")
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["status"], ours["level"]) == ("request", 200, "info")
    assert (theirs["event"], theirs["level"]) == ("watch out", "warning")
    assert "timestamp" in ours


def test_an_exception_is_told_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        raise ZeroDivisionError("why")
    except ZeroDivisionError:
        logs.logger().error("bug", exc_info=sys.exc_info())
    assert "ZeroDivisionError: why" in str(lines(capsys)[0]["exception"])


def test_a_bug_is_not_told_again_by_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n")
    logging.getLogger("uvicorn.error").error("Application startup failed")
    assert [line["event"] for line in lines(capsys)] == ["Application startup failed"]


def test_clients_that_log_whole_urls_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("httpx").info("GET https://api.example.com/?key=secret")
    assert lines(capsys) == []


def test_why_the_service_did_not_start_is_not_told_twice(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    log = logging.getLogger("uvicorn.error")
    log.error("Traceback (most recent call last):\n  …\nbackend.errors.StartError: there is no database")
    log.error("another")
    assert [line["event"] for line in lines(capsys)] == ["another"]


def test_of_a_mistake_is_told_where_it_was_raised_and_not_what_it_says() -> None:
    def mistaken(sent: str) -> None:
        raise ValueError(sent)

    secret = "0123" * 8  # which no line of code has, as the traceback shows those
    with pytest.raises(ValueError, match=secret) as raised:
        mistaken(secret)
    told = logs.error_without_message(raised.value)
    assert told["error"] == "ValueError"
    assert "in mistaken" in told["traceback"]
    assert secret not in str(told)
