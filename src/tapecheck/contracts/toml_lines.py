"""On which line of a TOML file a key stands; the standard library's parser does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*=""")


def line_of_key(text: str, path: Sequence[str | int]) -> int:
    """Return the 1-based line of a key in a TOML text, or of the nearest table above it that is written out.

    Args:
        text: the file.
        path: names of tables and keys; indexes count the tables of an array of tables.
    """
    wanted = tuple(path)
    best_line, best_depth = 1, 0
    table: tuple[str | int, ...] = ()
    seen: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _names(header["name"])
            if header[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
                table = (*table, seen[table])
            place = table
        elif key := _KEY.match(line):
            place = (*table, *_names(key["name"]))
        else:
            continue
        if len(place) > best_depth and place == wanted[: len(place)]:
            best_line, best_depth = number, len(place)
    return best_line


def _names(dotted: str) -> tuple[str, ...]:
    """Split a dotted key by having the TOML parser read it."""
    names: list[str] = []
    try:
        value: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted,)
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)
