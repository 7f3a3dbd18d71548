"""The strings of a JSON text, where they stand in it: to change one and leave all else as it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tapecheck.checking.secrets.places import Path
from tapecheck.model import tokens


@dataclass(frozen=True, slots=True)
class JSONString:
    """A string: from where to where in the text, at which path, and whether it is the name of a member there."""

    start: int
    end: int
    path: Path
    is_name: bool


def strings(text: str) -> Iterator[JSONString]:
    """Yield the strings of a JSON text, which has to be sound, in order."""
    at: list[int | str | None] = []  # for each open array its index, for each open object the name whose value comes
    for token in tokens(text):
        kind = token.group()[0]
        if kind in "[{":
            at.append(0 if kind == "[" else None)
        elif kind in "]}":
            at.pop()
        elif kind == ",":
            at[-1] = at[-1] + 1 if isinstance(at[-1], int) else None
        elif kind == '"':
            is_name = bool(at) and at[-1] is None
            if is_name:
                at[-1] = unquoted(token.group())
            yield JSONString(token.start(), token.end(), tuple(one for one in at if one is not None), is_name)


def unquoted(literal: str) -> str:
    """Return the text that a string of JSON stands for."""
    return str(json.loads(literal, strict=False)) if "\\" in literal else literal[1:-1]


def quoted(text: str, literal: str) -> str:
    """Write a text as a string of JSON, in ASCII if the literal that it replaces is."""
    return json.dumps(text, ensure_ascii=literal.isascii())
