"""Becomes a server that ends with its parent: a script, run as `python -I -S child.py PARENT SIGNAL UID GID PROGRAM …`.

It is a program of its own because a process that has threads must not run Python between fork and exec (CPython warns
of it from 3.12 on), and because the user that the server runs as may be unable to run Python.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


def become(parent: int, end_signal: int, account: tuple[int, int] | None, command: Sequence[str]) -> None:
    """Run a command in place of this process.

    Args:
        parent: the process id that must still be our parent's.
        end_signal: what the command gets when the thread that started it ends; on Linux only.
        account: the user and group ids to run as; None for our own.
        command: the program's path, then its arguments.
    """
    if account is not None:
        os.setgroups([])
        os.setgid(account[1])
        os.setuid(account[0])
    if sys.platform == "linux":  # after setuid, which clears it: prctl(2)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end_signal)
    if os.getppid() != parent:  # it ended before it could be told
        sys.exit("the process that started this one has ended")
    try:
        os.execv(command[0], list(command))  # noqa: S606 - the caller says what to run
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


if __name__ == "__main__":
    _parent, _signal, _uid, _gid = map(int, sys.argv[1:5])
    become(_parent, _signal, None if _uid < 0 else (_uid, _gid), sys.argv[5:])
