"""Text that every encoder takes."""

from __future__ import annotations


def encodable(text: str) -> str:
    r"""Write out lone surrogates, which file names and JSON may hold and UTF-8 may not: `\udc80` as six characters."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
