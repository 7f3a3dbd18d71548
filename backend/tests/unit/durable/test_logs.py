from __future__ import annotations

import logging

import pytest

from backend.durable.logs import plain_logs

LOG = logging.getLogger("dbos")


def test_warnings_are_handed_on_without_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    with plain_logs():
        LOG.info("of no interest")
        try:
            raise ValueError("of no use")
        except ValueError as error:
            LOG.error("Exception in %s:", "w", exc_info=error)
        LOG.warning("a warning")
    assert caplog.messages == ["Exception in w: ValueError", "a warning"]
    assert not any(record.exc_info for record in caplog.records)


def test_of_work_that_a_stop_cuts_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with plain_logs():
        LOG.warning("Asyncio task cancelled for workflow or step <function>")
    assert not caplog.records


def test_nothing_goes_to_stderr_by_itself(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with plain_logs():
        LOG.error("loud")
    assert capfd.readouterr().err == ""


def test_the_log_is_afterwards_as_it_was() -> None:
    before = (LOG.level, list(LOG.handlers), list(LOG.filters))
    with plain_logs():
        assert LOG.handlers
    assert (LOG.level, LOG.handlers, LOG.filters) == before
