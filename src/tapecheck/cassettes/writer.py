"""Writing a cassette in one step: whoever reads sees the old file or the new one."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from tapecheck.cassettes.rendering import render
from tapecheck.errors import CassetteError
from tapecheck.model import Interaction


def write(path: Path, interactions: Sequence[Interaction]) -> None:
    """Write interactions to a cassette, as `render` shows them; folders that are missing are made.

    The text is written to a file beside it, flushed to the disk, and put in its place. A symbolic link stays one, and
    the mode of a file that was there is kept.

    Raises:
        CassetteError: the file cannot be written; what was there before is untouched.
    """
    try:
        _replace(path.resolve(), render(interactions).encode())
    except OSError as error:
        raise CassetteError(
            f"cannot be written: {error.strerror or error}",
            path=path,
            hint="check the rights and the space left on the disk",
        ) from error


def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
