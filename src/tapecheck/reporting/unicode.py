"""Text that every encoder takes, and every terminal."""

from __future__ import annotations

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}  # C0, DEL, C1


def printable(text: str) -> str:
    r"""Write out control characters, which move a cursor, recolour, or begin a line: `\x1b` as four characters."""
    return text.translate(_CONTROLS)


def encodable(text: str) -> str:
    r"""Write out lone surrogates, which file names and JSON may hold and UTF-8 may not: `\udc80` as six characters."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
