"""Lines as an editor counts them.

YAML 1.1 ends a line at U+0085, U+2028, U+2029 and a lone CR too (5.4); editors, and this package, do so at LF only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_SIGNS = (b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")


def odd_breaks(data: bytes) -> tuple[int, ...]:
    """Return the places, counted in characters, of the line ends of a text that only YAML knows."""
    if not any(sign in data for sign in _SIGNS):
        return ()
    return tuple(match.start() for match in _BREAK.finditer(data.decode("utf-8-sig", "replace")))


def line_of(mark: yaml.Mark, breaks: tuple[int, ...]) -> int:
    """Return the 1-based line of a place that a YAML parser has marked."""
    return mark.line + 1 - bisect_left(breaks, mark.index)
