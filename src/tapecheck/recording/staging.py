"""A folder beside the cassettes in which new ones wait until they may take their places."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from tapecheck.cassettes.replacing import unwritable
from tapecheck.errors import UsageError


@contextmanager
def staging(cassettes: Path) -> Iterator[Path]:
    """Make a staging folder on the filesystem of the cassettes, and remove it in the end.

    Only one recorder may be at work: another would lose what this one enters into the lock. What a recorder left that
    was killed is removed. Nobody but the user may read the folder, and git ignores it,
    as it may hold what has not been scrubbed yet.

    Raises:
        UsageError: another recorder is at work.
        CassetteError: the folder cannot be made.
    """
    _remove_leftovers(cassettes)
    folder = cassettes.with_name(f"{_prefix(cassettes)}{os.getpid()}")
    try:
        folder.mkdir(mode=0o700, parents=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        _check_alone(cassettes, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(cassettes: Path) -> str:
    return f".{cassettes.name}-recording-"


def _remove_leftovers(cassettes: Path) -> None:
    for folder, process in _folders(cassettes):
        if process == os.getpid() or not _is_running(process):
            shutil.rmtree(folder, ignore_errors=True)


def _check_alone(cassettes: Path, own: Path) -> None:
    """See that nobody else has such a folder; of two that begin at once, at least one sees the other's."""
    for folder, process in _folders(cassettes):
        if folder != own and _is_running(process):
            raise UsageError(
                f"another recorder is at work (pid {process})",
                path=folder,
                hint="Wait until it has ended. If that process is no recorder, delete the folder: one that was killed"
                " has left it.",
            )


def _folders(cassettes: Path) -> Iterator[tuple[Path, int]]:
    """Yield the staging folders of all recorders with the ids of their processes."""
    prefix = _prefix(cassettes)
    for folder in cassettes.parent.glob(f"{escape(prefix)}*"):
        process = folder.name.removeprefix(prefix)
        if process.isdecimal():
            yield folder, int(process)


def _is_running(process: int) -> bool:
    if os.name == "nt":  # there, this signal would end the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
