"""From a path to the bytes of a file, without ever blocking or taking more than allowed."""

from __future__ import annotations

import stat
import zlib
from pathlib import Path

from tapecheck.cassettes.inflate import GZIP_MAGIC, TooLargeError, gunzip
from tapecheck.cassettes.limits import Limits
from tapecheck.errors import CassetteError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


def load(path: Path, limits: Limits) -> bytes:
    """Return the content of a file, unpacked if it is gzipped.

    Raises:
        CassetteError: the file is missing, no regular file, not readable, too large, or a broken gzip file.
    """
    data = raw(path, limits)
    return _unpacked(path, data, limits) if data.startswith(GZIP_MAGIC) else data


def raw(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file as they are.

    Raises:
        CassetteError: the file is missing, no regular file, not readable, or too large.
    """
    try:
        _check(path, limits)
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > limits.file_bytes:
        raise _too_large(path, f"more than {limits.file_bytes:,}", limits)
    return data


def unreadable(path: Path, error: OSError) -> CassetteError:
    """Say why the operating system refuses a path."""
    reason = error.strerror or str(error)
    hints = {
        FileNotFoundError: "check the path, or record the cassette first",
        PermissionError: "give the user who runs tapecheck the right to read it",
    }
    return CassetteError(f"cannot be read: {reason}", path=path, hint=hints.get(type(error)))


def _check(path: Path, limits: Limits) -> None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
        raise CassetteError(f"got {kind}, expected a file", path=path, hint="give the path of a cassette")
    if status.st_size > limits.file_bytes:
        raise _too_large(path, f"{status.st_size:,}", limits)


def _too_large(path: Path, size: str, limits: Limits) -> CassetteError:
    return CassetteError(
        f"got {size} bytes, expected at most {limits.file_bytes:,}",
        path=path,
        hint="split the cassette",
    )


def _unpacked(path: Path, data: bytes, limits: Limits) -> bytes:
    try:
        return gunzip(data, limits.file_bytes)
    except TooLargeError as error:
        raise _too_large(path, f"more than {limits.file_bytes:,} unpacked", limits) from error
    except (zlib.error, EOFError) as error:
        raise CassetteError(
            f"got a broken gzip file ({error}), expected a whole one",
            path=path,
            hint="the file is probably cut short: fetch or record it again",
        ) from error
