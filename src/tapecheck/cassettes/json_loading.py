"""JSON (RFC 8259) to the same nodes as YAML, each with its line and its numbers as they are written.

YAML's parsers cannot stand in: they refuse the surrogate pairs by which JSON writes an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # not in the stubs
from pathlib import Path

import yaml

from tapecheck.cassettes.limits import Limits
from tapecheck.errors import CassetteError

_TAG = "tag:yaml.org,2002:"
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_WORDS = {"null": "null", "true": "bool", "false": "bool"}
_WORD = re.compile("|".join(_WORDS))


class JSONSyntaxError(CassetteError):
    """The text is no JSON; it may yet be YAML."""


def compose(data: bytes, path: Path, limits: Limits) -> yaml.Node:
    """Return the root node of a JSON file.

    Raises:
        JSONSyntaxError: the bytes are no UTF-8 or no JSON.
        CassetteError: they nest too deep, or hold too many values.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JSONSyntaxError(
            f"got the byte {data[error.start]:#04x} ({error.reason}), expected JSON text in UTF-8",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
            hint="save the file as UTF-8",
        ) from error
    return _Parser(text, path, limits).document()


class _Parser:
    """One pass over a text; `_at` is the place of the next character, `_line` its line, counted from 0."""

    def __init__(self, text: str, path: Path, limits: Limits) -> None:
        self._text = text
        self._path = path
        self._limits = limits
        self._at = 0
        self._line = 0
        self._nodes = 0

    def document(self) -> yaml.Node:
        root = self._value(0)
        if self._peek():
            raise self._fail("more text after the end of the value")
        return root

    def _value(self, depth: int) -> yaml.Node:
        char = self._peek()
        self._nodes += 1
        if depth > self._limits.depth:
            raise self._too_much(f"lists and objects nested deeper than {self._limits.depth}")
        if self._nodes > self._limits.nodes:
            raise self._too_much(f"more than {self._limits.nodes:,} values")
        mark = self._mark()
        if char == "{":
            pairs = list(self._pairs(depth))
            return yaml.MappingNode(f"{_TAG}map", pairs, mark, self._mark())
        if char == "[":
            items = [self._value(depth + 1) for _ in self._items("]")]
            return yaml.SequenceNode(f"{_TAG}seq", items, mark, self._mark())
        return self._string(mark) if char == '"' else self._literal(mark)

    def _pairs(self, depth: int) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        for _ in self._items("}"):
            if self._peek() != '"':
                raise self._fail("no quoted name where one is due")
            name = self._string(self._mark())
            self._expect(":")
            yield name, self._value(depth + 1)

    def _items(self, end: str) -> Iterator[None]:
        """Walk a list or an object, yielding wherever its next item starts."""
        self._at += 1
        if self._peek() == end:
            self._at += 1
            return
        while True:
            yield
            if self._peek() == end:
                self._at += 1
                return
            self._expect(",")

    def _string(self, mark: yaml.Mark) -> yaml.Node:
        try:
            value, self._at = scanstring(self._text, self._at + 1, True)
        except JSONDecodeError as error:
            raise self._fail(error.msg[0].lower() + error.msg[1:]) from error
        return yaml.ScalarNode(f"{_TAG}str", value, mark, mark, '"')

    def _literal(self, mark: yaml.Mark) -> yaml.Node:
        match = _NUMBER.match(self._text, self._at)
        if match is not None:
            tag = "float" if match.group(1) or match.group(2) else "int"
        else:
            match = _WORD.match(self._text, self._at)
            if match is None:
                raise self._fail("no JSON value where one is due")
            tag = _WORDS[match.group()]
        self._at = match.end()
        return yaml.ScalarNode(f"{_TAG}{tag}", match.group(), mark, mark, None)

    def _expect(self, char: str) -> None:
        if self._peek() != char:
            raise self._fail(f"no '{char}' where one is due")
        self._at += 1

    def _peek(self) -> str:
        end = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches nothing too
        self._line += self._text.count("\n", self._at, end)
        self._at = end
        return self._text[end : end + 1]

    def _mark(self) -> yaml.Mark:
        return yaml.Mark("", self._at, self._line, 0, None, 0)

    def _too_much(self, what: str) -> CassetteError:
        return CassetteError(
            f"got {what}, expected a cassette",
            path=self._path,
            line=self._line + 1,
            hint="split the cassette, if it is one",
        )

    def _fail(self, problem: str) -> JSONSyntaxError:
        got = problem if self._peek() else f"the end of the file: {problem}"
        return JSONSyntaxError(
            f"got no valid JSON: {got}, expected a cassette",
            path=self._path,
            line=self._line + 1,
            hint="the file may be cut short or was edited by hand: mend that line, or record it again",
        )
