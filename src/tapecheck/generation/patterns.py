"""Strings for a regular expression (ECMA-262), as far as contracts use them: no look-around, no back-references."""

from __future__ import annotations

import re
from typing import Final

from tapecheck.errors import GenerationError
from tapecheck.generation.source import Source

_CLASSES: Final = {"d": "0123456789", "w": "abcxyzABCXYZ0189_", "s": " \t", "S": "a-", "D": "a-", "W": "- "}
_LITERALS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_USUAL: Final = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ "
_COUNTED: Final = re.compile(r"\{(\d+)(,?)(\d*)\}")
_MORE: Final = 4
"""So many more than the least of a repetition without a bound."""


def sample(pattern: str, source: Source) -> str:
    """Return a string that matches a pattern, which need not begin or end at its ends.

    Raises:
        GenerationError: the pattern has what this does not know.
    """
    sampler = _Sampler(pattern, source)
    text = sampler.choice()
    if sampler.at < len(pattern):
        raise sampler.unknown()
    return text


class _Sampler:
    """Reads by recursive descent, and makes the string on the way: what is left out is read and dropped."""

    def __init__(self, pattern: str, source: Source) -> None:
        self.at = 0
        self._pattern = pattern
        self._source = source

    def unknown(self) -> GenerationError:
        return GenerationError(
            f"cannot make a string for the pattern {self._pattern!r}: got {self._pattern[self.at :]!r}, expected "
            "literals, classes, groups and repetitions",
            hint="Give the schema `examples`, or write the pattern more simply.",
        )

    def choice(self) -> str:
        ways = [self._sequence()]
        while self._skip("|"):
            ways.append(self._sequence())
        return ways[self._source.choice(len(ways))] if len(ways) > 1 else ways[0]

    def _sequence(self) -> str:
        pieces = []
        while self.at < len(self._pattern) and self._pattern[self.at] not in "|)":
            pieces.append(self._repeated())
        return "".join(pieces)

    def _repeated(self) -> str:
        begin = self.at
        atom = self._atom()
        low, high = self._times()
        times = self._source.integer(low, high, max(low, min(1, high)))
        end, pieces = self.at, [atom]
        for _ in range(times - 1):  # each time is made anew
            self.at = begin
            pieces.append(self._atom())
        self.at = end
        return "".join(pieces) if times else ""

    def _times(self) -> tuple[int, int]:
        for sign, times in (("?", (0, 1)), ("*", (0, _MORE)), ("+", (1, 1 + _MORE))):
            if self._skip(sign):
                return times
        if counted := _COUNTED.match(self._pattern, self.at):
            self.at = counted.end()
            low = int(counted[1])
            most = int(counted[3]) if counted[3] else low + _MORE if counted[2] else low
            return low, min(most, low + _MORE)
        return 1, 1

    def _atom(self) -> str:
        sign = self._pattern[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._of(self._set())
        self.at += 1
        if sign == "\\":
            return self._of(self._escape())
        if sign in "^$":
            return ""
        return self._of(_USUAL) if sign == "." else sign

    def _group(self) -> str:
        self.at += 1
        if self._pattern.startswith("?:", self.at):
            self.at += 2
        elif self._pattern.startswith("?", self.at):
            raise self.unknown()
        text = self.choice()
        if not self._skip(")"):
            raise self.unknown()
        return text

    def _set(self) -> str:
        """Read a class in brackets and return its characters; of one that excludes, those usual ones that it leaves."""
        self.at += 1
        excludes = self._skip("^")
        members = ""
        while not self._skip("]"):
            first = self._member()
            if self._pattern.startswith("-", self.at) and not self._pattern.startswith("-]", self.at):
                self.at += 1
                last = self._member()
                members += "".join(chr(code) for code in range(ord(first), ord(last) + 1))
            else:
                members += first
        return "".join(one for one in _USUAL if one not in members) if excludes else members

    def _member(self) -> str:
        if self.at >= len(self._pattern):
            raise self.unknown()
        self.at += 1
        sign = self._pattern[self.at - 1]
        return self._escape() if sign == "\\" else sign

    def _escape(self) -> str:
        """Return the characters that an escape stands for; its backslash has been read."""
        sign = self._pattern[self.at : self.at + 1]
        if sign in "bB123456789" or sign in "cuxkpP":
            raise self.unknown()
        self.at += 1
        return _CLASSES.get(sign) or _LITERALS.get(sign, sign)

    def _of(self, characters: str) -> str:
        if not characters:
            raise self.unknown()
        return characters[self._source.choice(len(characters))] if len(characters) > 1 else characters

    def _skip(self, sign: str) -> bool:
        found = self._pattern.startswith(sign, self.at)
        self.at += found
        return found
