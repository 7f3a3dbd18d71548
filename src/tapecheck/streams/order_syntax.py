"""Reads the text of an order into the parts of a position automaton.

```
choice   = sequence ("|" sequence)*
sequence = item+
item     = (name | "(" choice ")") ("?" | "*" | "+")?
name     = [A-Za-z0-9_.-]+
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(r"\s*(?P<name>[A-Za-z0-9_.\-]+)|\s*(?P<sign>[|()?*+])|\s*(?P<other>\S)")
_MAX_DEPTH: Final = 64
_ITEM: Final = "a name or '('"


class Automaton(NamedTuple):
    """The name at each position (0 is the start and has none), what may follow each, and where a sequence may end."""

    positions: tuple[str, ...]
    follow: tuple[frozenset[int], ...]
    final: frozenset[int]


class _Token(NamedTuple):
    text: str
    column: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the expression: where it may begin and end, and whether it may be left out."""

    first: frozenset[int]
    last: frozenset[int]
    optional: bool = False


def parse(text: str) -> Automaton:
    """Read an expression.

    Raises:
        ValueError: the text is no expression; says the 1-based column, what was got and what was expected.
    """
    return _Parser(text).automaton()


class _Parser:
    """Reads by recursive descent; each part that it reads adds to `names` and `follow`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._names = [""]
        self._follow: list[set[int]] = [set()]

    def automaton(self) -> Automaton:
        """Read all of the text."""
        whole = self._choice(0)
        if self._token.text:
            raise _unexpected(self._token, f"{_ITEM}, '|' or the end")
        start = frozenset((0,))
        self._link(start, whole.first)
        final = whole.last | start if whole.optional else whole.last
        return Automaton(tuple(self._names), tuple(map(frozenset, self._follow)), final)

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _choice(self, depth: int) -> _Part:
        part = self._sequence(depth)
        while self._skip("|"):
            other = self._sequence(depth)
            part = _Part(part.first | other.first, part.last | other.last, part.optional or other.optional)
        return part

    def _sequence(self, depth: int) -> _Part:
        part = self._item(depth)
        while self._token.is_name or self._token.text == "(":
            after = self._item(depth)
            self._link(part.last, after.first)
            part = _Part(
                part.first | after.first if part.optional else part.first,
                part.last | after.last if after.optional else after.last,
                part.optional and after.optional,
            )
        return part

    def _item(self, depth: int) -> _Part:
        part = self._name() if self._token.is_name else self._group(depth + 1)
        sign = next((sign for sign in "?*+" if self._skip(sign)), "")
        if sign in ("*", "+"):
            self._link(part.last, part.first)
        return _Part(part.first, part.last, part.optional or sign in ("?", "*"))

    def _name(self) -> _Part:
        place = frozenset((len(self._names),))
        self._names.append(self._token.text)
        self._follow.append(set())
        self._at += 1
        return _Part(place, place)

    def _group(self, depth: int) -> _Part:
        opening = self._token
        if not self._skip("("):
            raise _unexpected(opening, _ITEM)
        if depth > _MAX_DEPTH:
            raise _unexpected(opening, f"at most {_MAX_DEPTH} groups within each other")
        part = self._choice(depth)
        if not self._skip(")"):
            raise _unexpected(self._token, f"{_ITEM}, '|' or the ')' for the '(' of column {opening.column}")
        return part

    def _skip(self, sign: str) -> bool:
        found = self._token.text == sign
        self._at += found
        return found

    def _link(self, before: frozenset[int], after: frozenset[int]) -> None:
        for place in before:
            self._follow[place] |= after


def _tokens(text: str) -> list[_Token]:
    """Cut the text into names and signs; the last token is empty and stands for the end."""
    tokens = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        token = _Token(found[kind], found.start(kind) + 1, kind == "name")
        if kind == "other":
            raise _unexpected(token, "a name of A-Z, a-z, 0-9, '_', '.' and '-', or one of | ( ) ? * +")
        tokens.append(token)
    return [*tokens, _Token("", len(text) + 1, is_name=False)]


def _unexpected(token: _Token, expected: str) -> ValueError:
    got = repr(token.text) if token.text else "the end"
    return ValueError(f"column {token.column}: got {got}, expected {expected}")
