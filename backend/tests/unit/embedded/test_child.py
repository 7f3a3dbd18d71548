from __future__ import annotations

import os
import subprocess
import sys
from signal import SIGINT, Signals

import pytest

from backend.embedded import child

DEATH_SIGNAL = "import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); print(n.value)"
"""PR_GET_PDEATHSIG"""


def become(
    *command: str, parent: int | None = None, end_signal: Signals = SIGINT, account: tuple[int, int] = (-1, -1)
) -> subprocess.CompletedProcess[str]:
    numbers = (os.getpid() if parent is None else parent, int(end_signal), *account)
    arguments = [sys.executable, "-I", "-S", child.__file__, *map(str, numbers), *command]
    return subprocess.run(arguments, check=False, capture_output=True, text=True)


def test_it_becomes_the_program() -> None:
    result = become("/bin/sh", "-c", "echo $0 $1; exit 3", "a b", "c")
    assert (result.returncode, result.stdout) == (3, "a b c\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
@pytest.mark.parametrize("end_signal", [Signals.SIGINT, Signals.SIGTERM])
def test_it_gets_a_signal_when_its_parent_ends(end_signal: Signals) -> None:
    result = become(sys.executable, "-c", DEATH_SIGNAL, end_signal=end_signal)
    assert result.stdout == f"{int(end_signal)}\n"


def test_nothing_runs_when_the_parent_has_ended_already() -> None:
    result = become("/bin/sh", "-c", "echo started", parent=os.getpid() + 1)
    assert (result.returncode, result.stdout) == (1, "")
    assert "has ended" in result.stderr


def test_a_program_that_is_not_there() -> None:
    result = become("/missing/postgres")
    assert result.returncode == 1
    assert "cannot run /missing/postgres: No such file or directory" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_another_user_for_good() -> None:
    result = become("/bin/sh", "-c", "id -u; id -g; id -G", account=(65534, 65534))
    assert result.stdout.split() == ["65534"] * 3
