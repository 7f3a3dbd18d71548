"""stdout and stderr as they really are: closed, narrow, full, or read by nobody."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path


def prepare_streams() -> None:
    """Make writing never fail on a character, nor on a stream that the caller has closed."""
    for name in ("stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - lives as long as we
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Drop what stdout still holds, as the interpreter would fail to write it when it ends."""
    with contextlib.suppress(io.UnsupportedOperation), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
