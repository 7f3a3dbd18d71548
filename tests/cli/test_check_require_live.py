"""`tapecheck check --require-live`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, digest, write_lock
from tests.cli.conftest import Result


@pytest.fixture
def lock(project: Path) -> Callable[[Source], None]:
    """Say that the good cassette was recorded today."""

    def written(source: Source) -> None:
        entry = Provenance(
            digest=digest(project / "tapes/good.yaml"),
            source=source,
            date=datetime.now(UTC).date(),
            contract="2",
            tools={},
        )
        (project / "own").mkdir(exist_ok=True)
        (project / "own/good.yaml").write_bytes((project / "tapes/good.yaml").read_bytes())
        write_lock(project / "own" / LOCK, {"good.yaml": entry})

    return written


@pytest.mark.parametrize(
    ("source", "options", "status", "counts"),
    [
        (Source.SANDBOX, (), 0, "recorded: 0 live, 1 sandbox"),
        (Source.SANDBOX, ("--require-live",), 1, "recorded: 0 live, 1 sandbox"),
        (Source.LIVE, ("--require-live",), 0, "recorded: 1 live, 0 sandbox"),
    ],
)
def test_recordings_from_a_stand_in_are_errors(
    tapecheck: Callable[..., Result],
    lock: Callable[[Source], None],
    source: Source,
    options: tuple[str, ...],
    status: int,
    counts: str,
) -> None:
    lock(source)
    result = tapecheck("check", "own", *options)
    assert result.status == status
    assert counts in result.out.splitlines()
    assert ("TC305" in result.out) == (status == 1)


def test_so_are_recordings_of_which_nobody_knows(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes/good.yaml", "--require-live", "--format", "json")
    assert (result.status, result.codes) == (1, ["TC305"])
    assert (result.summary["live"], result.summary["sandbox"]) == (0, 0)
