"""TC404: cassettes that are opened in another record mode than the command line names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tapecheck.model import Code, Finding, RunningTest
from tapecheck.replaying.tapes import Tape

NONE: Final = "none"
_OF_VCRPY: Final = {"rewrite": "new_episodes"}
"""What pytest-recording makes of the modes that vcrpy does not know."""


def overridden(asked: str, configured: str | None, opened: Iterable[Tape], test: RunningTest) -> Finding | None:
    """Say of a test that the record mode of the command line does not hold in it; None where it does.

    Args:
        asked: the mode that the command line names.
        configured: the mode that pytest-recording has come to; None where it opened nothing.
        opened: the cassettes that the test has opened.
        test: the test.
    """
    if configured is not None and configured != _OF_VCRPY.get(asked, asked):
        got = f"the test's configuration says {configured!r}"
        hint = "Take record_mode out of the fixture vcr_config or of the marker vcr, so that the command line decides."
    elif asked == NONE and (recording := next((tape for tape in opened if not tape.protected), None)) is not None:
        got = f"the test opens {recording.paths[0].name} with {recording.mode!r}, and what is not on it would be asked"
        hint = "Open it with record_mode='none', or with what the fixture record_mode of pytest-recording gives."
    else:
        return None
    return Finding(
        code=Code.RECORD_MODE,
        severity=Code.RECORD_MODE.severity,
        message=f"the command line says --record-mode={asked}, {got}",
        cassette=str(test.path),
        line=test.line,
        hint=hint,
    )
