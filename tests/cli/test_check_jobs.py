"""`tapecheck check --jobs N`"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result


def test_the_number_of_processes_changes_nothing(
    tapecheck: Callable[..., Result], project: Path, tape: Callable[..., str]
) -> None:
    for number in range(45):
        text = tape('{"days": "three"}' if number % 3 == 0 else '{"days": 3}')
        (project / f"tapes/{number:02}.yaml").write_text(text, encoding="utf-8")
    one, two = (tapecheck("check", "tapes", "--jobs", jobs) for jobs in (1, 2))
    assert one.status == two.status == 1
    assert one.out == two.out


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "", "²"])
def test_a_number_that_is_none(tapecheck: Callable[..., Result], jobs: str) -> None:
    result = tapecheck("check", "tapes", f"--jobs={jobs}")
    assert (result.status, result.out) == (2, "")
    assert f"--jobs: a number of processes is 1 or more, got {jobs!r}" in result.err
