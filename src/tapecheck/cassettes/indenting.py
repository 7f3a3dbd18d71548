"""Laying JSON out for a reader without changing what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tapecheck.model import tokens

_INDENT = "  "
_MAX_DEPTH = 64
"""Beyond this, indentation costs more than it shows."""


def indented(text: str) -> str | None:
    """Return JSON text with a line for each value, or None where the text is no JSON, or too deep to be shown so.

    Numbers, strings, repeated names and the order of names stay as they are written: only the white space between them
    changes.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    found = [token.group() for token in tokens(text)]
    return "".join(_laid_out(found)) if _depth(found) <= _MAX_DEPTH else None


def _depth(found: list[str]) -> int:
    deepest = depth = 0
    for token in found:
        depth += (token in "{[") - (token in "}]")
        deepest = max(deepest, depth)
    return deepest


def _laid_out(found: list[str]) -> Iterator[str]:
    depth = 0
    for index, token in enumerate(found):
        if token in "}]":
            depth -= 1
            if found[index - 1] not in "{[":
                yield "\n" + _INDENT * depth
        yield token
        if token in "{[":
            depth += 1
            if found[index + 1] not in "}]":
                yield "\n" + _INDENT * depth
        elif token == ",":
            yield "\n" + _INDENT * depth
        elif token == ":":
            yield " "
