"""Replacing a file in one step: whoever reads sees the old one or the new one, whatever happens in between."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from tapecheck.errors import CassetteError


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole, or leave what was there; folders that are missing are made.

    The bytes are written to a file beside it, flushed to the disk, and put in its place. A symbolic link stays one, and
    the mode of a file that was there is kept.

    Raises:
        CassetteError: the file cannot be written; what was there before is untouched.
    """
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            write_through(beside, data)
            put_in_place(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def write_through(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, and wait until it is on the disk.

    Raises:
        OSError: it is there already, or cannot be written.
    """
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def put_in_place(written: Path, target: Path) -> None:
    """Rename a file to the name of another on the same filesystem, which hands its mode on.

    Raises:
        OSError: it cannot be renamed; both files are as they were.
    """
    if target.exists():
        shutil.copymode(target, written)
    written.replace(target)


def unwritable(path: Path, error: OSError) -> CassetteError:
    """Return the error that says why a file cannot be written."""
    hint = "check the rights and the space left on the disk"
    return CassetteError(f"cannot be written: {error.strerror or error}", path=path, hint=hint)
