"""A folder beside the cassettes in which new ones wait until they may take their places."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tapecheck.cassettes.replacing import unwritable


@contextmanager
def staging(cassettes: Path) -> Iterator[Path]:
    """Make a staging folder on the filesystem of the cassettes, and remove it in the end.

    What a recorder left that was killed is removed too. Nobody but the user may read the folder, and git ignores it,
    as it may hold what has not been scrubbed yet.

    Raises:
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
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(cassettes: Path) -> str:
    return f".{cassettes.name}-recording-"


def _remove_leftovers(cassettes: Path) -> None:
    prefix = _prefix(cassettes)
    for folder in cassettes.parent.glob(f"{prefix}*"):
        process = folder.name.removeprefix(prefix)
        if process.isdecimal() and (int(process) == os.getpid() or not _is_running(int(process))):
            shutil.rmtree(folder, ignore_errors=True)


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
