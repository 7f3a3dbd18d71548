"""JSON values, JSON pointers (RFC 6901), and where a pointer leads to within a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, Union

JSONValue: TypeAlias = Union[bool, int, float, str, "list[JSONValue]", "dict[str, JSONValue]", None]
"""Whatever a JSON parser returns."""

# Possessive: a group that may backtrack costs the matcher some hundred bytes for each character of a string.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)


def pointer(parts: Iterable[str | int]) -> str:
    """Write a path as a JSON pointer: `["a", 0]` becomes `/a/0`, the root the empty string."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def parse_pointer(text: str) -> tuple[str, ...]:
    """Read a JSON pointer into its parts, array indexes as the strings that they are written as.

    Raises:
        ValueError: the pointer is neither empty nor begins with a slash, or has a `~` that stands for nothing.
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"a JSON pointer is empty or begins with '/', got {text!r}")
    if re.search("~(?![01])", text):
        raise ValueError(f"in a JSON pointer '~' is written '~0' and '/' within a name '~1', got {text!r}")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def resolve(value: JSONValue, parts: Sequence[str | int]) -> JSONValue:
    """Follow a path into a value.

    Raises:
        LookupError: the path leads nowhere.
    """
    for part in parts:
        if isinstance(value, dict):
            value = value[str(part)]
        elif isinstance(value, list) and str(part).isdecimal():
            value = value[int(part)]
        else:
            raise LookupError(pointer(parts))
    return value


def find(value: JSONValue, parts: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], JSONValue]]:
    """Yield the path and the value of everything that a path leads to, `*` standing for every index or key."""
    if not parts:
        yield (), value
        return
    head, rest = parts[0], parts[1:]
    steps: list[tuple[str | int, JSONValue]] = []
    if isinstance(value, dict):
        steps = list(value.items()) if head == "*" else [(head, value[head])] if head in value else []
    elif isinstance(value, list):
        steps = list(enumerate(value)) if head == "*" else _element(value, head)
    for step, below in steps:
        for path, found in find(below, rest):
            yield (step, *path), found


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a JSON text (RFC 8259, 2): strings, the signs `{}[],:`, and runs of anything else."""
    return _TOKEN.finditer(text)


def line_of(text: str, parts: Sequence[str | int]) -> int:
    """Return the 0-based line of a JSON text on which a path's value, or its nearest ancestor that is there, begins."""
    return lines_of(text, [parts])[0]


def lines_of(text: str, paths: Iterable[Sequence[str | int]]) -> list[int]:
    """Return what `line_of` returns for each of the paths, after one pass over the text."""
    wanted = [tuple(map(str, path)) for path in paths]
    missing = set(wanted)
    on_the_way = {path[:depth] for path in missing for depth in range(len(path) + 1)}
    lines: dict[tuple[str, ...], int] = {}
    line = counted = 0
    for place, start in _places(text):
        if not missing:
            break
        if place in on_the_way and place not in lines:
            line, counted = line + text.count("\n", counted, start), start
            lines[place] = line
            missing.discard(place)
    return [_nearest(lines, path) for path in wanted]


def _nearest(lines: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    prefixes = (path[:depth] for depth in range(len(path), -1, -1))
    return next((lines[prefix] for prefix in prefixes if prefix in lines), 0)


def _element(value: list[JSONValue], index: str) -> list[tuple[str | int, JSONValue]]:
    return [(int(index), value[int(index)])] if index.isdecimal() and int(index) < len(value) else []


def _places(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the path of each value in a JSON text with the offset at which it (for a member, its name) begins."""
    keys: list[int | str | None] = []  # for each open container the index, or the name, of the value that is being read
    named_at: int | None = None
    for token in tokens(text):
        kind = token.group()[0]
        if kind in "]}":
            del keys[-1:]
        elif kind == "," and keys:
            last = keys[-1]
            keys[-1] = last + 1 if isinstance(last, int) else None
        elif kind == '"' and keys and keys[-1] is None:
            keys[-1], named_at = _unquoted(token.group()), token.start()
        elif kind not in ",:":
            yield tuple(map(str, keys)), token.start() if named_at is None else named_at
            named_at = None
            if kind in "[{":
                keys.append(0 if kind == "[" else None)


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]
