"""On which line of a TOML file a key stands; the standard library's parser does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

Place = tuple[str | int, ...]
"""Names of tables and keys; an index counts the tables of an array of tables."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_NAME = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
_BARE = re.compile("[A-Za-z0-9_-]+")
_HEADER = re.compile(rf"\s*(?P<kind>\[\[?)\s*{_NAME}\s*\]")
_KEY = re.compile(rf"\s*{_NAME}\s*=")
_TOKEN = re.compile(
    r'''
    """(?:[^"\\]|\\.|"(?!""))*"{3,5} | \'{3}(?:[^']|'(?!''))*'{3,5}  # strings of several lines
    | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | \#[^\n]*
    | [\[\]{}\n]
    ''',
    re.VERBOSE | re.DOTALL,
)


def line_of_key(text: str, path: Sequence[str | int]) -> int:
    """Return the 1-based line of a key in a TOML text, or of the nearest table above it that is written out.

    Args:
        text: the file.
        path: names of tables and keys; indexes count the tables of an array of tables.
    """
    wanted = tuple(path)
    best_line, best_depth = 1, 0
    for line, place in _places(text):
        if len(place) > best_depth and place == wanted[: len(place)]:
            best_line, best_depth = line, len(place)
    return best_line


def lines_of_keys(text: str) -> dict[Place, int]:
    """Return the 1-based line of each key and each table of a TOML text, the first where it has several."""
    found: dict[Place, int] = {}
    for line, place in _places(text):
        found.setdefault(place, line)
    return found


def line_of_error(text: str, error: tomllib.TOMLDecodeError) -> int:
    """Return the 1-based line at which a text stops being TOML; Python tells it in the message only, until 3.14."""
    found = re.search(r"\(at line (\d+),", str(error))
    return int(found[1]) if found else text.rstrip().count("\n") + 1


def dotted(path: Sequence[str | int]) -> str:
    """Write a place for people: `operations."chat.completions".stream.pairs[0].key`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{_quoted(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def _quoted(name: str) -> str:
    return name if _BARE.fullmatch(name) else f'"{name}"'


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Yield the line and the place of each header and of each key that begins a line."""
    table: Place = ()
    last: dict[Place, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _located(_names(header["name"]), last)
            if header["kind"] == "[[":
                array = table[:-1] if isinstance(table[-1], int) else table
                last[array] = last.get(array, -1) + 1
                table = (*array, last[array])
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_names(key["name"]))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that begin a statement; those within an array or a string of several lines do not."""
    lines = text.split("\n")
    yield 1, lines[0]
    depth, number = 0, 1
    for token in _TOKEN.finditer(text):
        found = token.group()
        depth += (found in ("[", "{")) - (found in ("]", "}"))
        number += found.count("\n")
        if found == "\n" and depth == 0:
            yield number, lines[number - 1]


def _located(names: Sequence[str], last: Mapping[Place, int]) -> Place:
    """Put behind each name of an array of tables the index of the table that is open."""
    place: Place = ()
    for name in names:
        place = (*place, name)
        if place in last:
            place = (*place, last[place])
    return place


def _names(dotted_key: str) -> tuple[str, ...]:
    """Split a dotted key by having the TOML parser read it."""
    names: list[str] = []
    value: object = tomllib.loads(f"{dotted_key} = 0")
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)
