from __future__ import annotations

import signal
import sys

import pytest

from tapecheck.cli.ending import exit_on_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there a signal ends the process at once")


def test_a_signal_is_an_exit_that_can_be_cleaned_up_behind() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as exited, exit_on_signals():
        signal.raise_signal(signal.SIGTERM)
    assert exited.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with exit_on_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
