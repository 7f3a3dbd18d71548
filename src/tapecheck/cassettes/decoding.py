"""Undoing the `content-encoding` of a body (RFC 9110, 8.4)."""

from __future__ import annotations

import zlib

from tapecheck.cassettes.inflate import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    BrokenError,
    Inflate,
    NoModuleError,
    TooLargeError,
    gunzip,
    inflate,
    unbrotli,
    unzstd,
)
from tapecheck.model import Headers

_INFLATE: dict[str, Inflate] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": inflate,
    "br": unbrotli,
    "zstd": unzstd,
}
_MAGIC: dict[Inflate, bytes] = {gunzip: GZIP_MAGIC, unzstd: ZSTD_MAGIC}


def decode(content: bytes, headers: Headers, limit: int) -> tuple[bytes, str | None]:
    """Return a body without its `content-encoding`, and why that could not be undone.

    Recorders often keep the header of a body that they have unpacked already: such a body is taken as it is. A header
    whose value was redacted says nothing, so then the first bytes of the body decide.

    Args:
        content: the body as found on the tape.
        headers: those of its message.
        limit: the size in bytes that the result may have.
    """
    if not content:
        return content, None
    plain = content
    for coding in reversed(_codings(headers)):
        unpack = _INFLATE.get(coding) or _by_magic(plain)
        if unpack is None or _is_plain(plain, unpack):
            continue
        plain, problem = _undo(plain, unpack, coding, limit)
        if problem is not None:
            return content, problem
    return plain, None


def _codings(headers: Headers) -> list[str]:
    values = ",".join(headers.get_all("content-encoding"))
    return [coding for value in values.lower().split(",") if (coding := value.strip()) not in ("", "identity")]


def _by_magic(content: bytes) -> Inflate | None:
    return next((unpack for unpack, magic in _MAGIC.items() if content.startswith(magic)), None)


def _is_plain(content: bytes, unpack: Inflate) -> bool:
    magic = _MAGIC.get(unpack)
    return _is_text(content) if magic is None else not content.startswith(magic)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return text.isprintable() or not any(char < " " and char not in "\t\r\n" for char in text)


def _undo(content: bytes, unpack: Inflate, coding: str, limit: int) -> tuple[bytes, str | None]:
    try:
        return unpack(content, limit), None
    except TooLargeError:
        return content, f"the {coding} body unpacks to more than {limit:,} bytes"
    except NoModuleError as error:
        return content, f"the body is {coding}: install {error} to have it unpacked"
    except (zlib.error, EOFError, BrokenError) as error:
        return content, f"the body is no valid {coding}: {error}"
