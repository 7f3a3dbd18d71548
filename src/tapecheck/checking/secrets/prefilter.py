"""Tells fast that a content holds no secret, as most do: each pattern is one scan for a literal text or character.

A `|` of many words tries each of them at every character. So words are looked for by the character that they end
with, and only where something long follows, by what stands before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tapecheck.checking.secrets.names import STEMS
from tapecheck.checking.secrets.shapes import Shape

_LONG = rb"[A-Za-z0-9_+/.%=\\-]{12}"
_JSON_VALUE = rb"""\s*(?:(?:\[\s*)?"[^"\\]{12}|\{\s*"value")"""
# Behind the first backslash of a run only, or a run would be read anew from each.
_ESCAPED_VALUE = rb"""(?<!\\\\)\\*+"\s*:[\s\\"\[]*[^"\\]{12}"""
_TEXT_VALUE = rb"""[ ]?(?:\\"|["'])?[^"'\\]{12}"""
_ENDS = tuple(ending.encode() for stem in STEMS for ending in (stem, f"{stem}s"))
_NAMES = (
    (b'":', _JSON_VALUE),
    (b"\\", _ESCAPED_VALUE),  # JSON in a string of JSON
    (b"=", _TEXT_VALUE),
    (b" =", _TEXT_VALUE),
    (b'"\r\n\r\n', b""),  # a part of multipart/form-data
)
# Letters and digits that need no escape and yet have one: whatever they spell.
_DISGUISED = re.compile(rb"\\u00(?:2[bdfBDF]|3[0-9aA]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF])")


class Prefilter:
    """Looks at contents as they are written.

    Args:
        shapes: what secrets look like.
    """

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._patterns = (*_patterns(shapes), _DISGUISED)
        self._names = tuple(
            _behind(last, dict.fromkeys((end + last for end in _ENDS), b""), follows) for last, follows in _NAMES
        )

    def passes(self, content: bytes) -> bool:
        """Tell whether a content may hold a secret that its shape or its name tells of."""
        if any(pattern.search(content) for pattern in self._patterns):
            return True
        lower = content.lower()
        return any(pattern.search(lower) for pattern in self._names)


def is_disguised(content: bytes) -> bool:
    """Tell whether a content writes letters in escapes, so that none of its words can be looked for."""
    return _DISGUISED.search(content) is not None


def _patterns(shapes: Iterable[Shape]) -> Iterator[re.Pattern[bytes]]:
    by_last: dict[bytes, dict[bytes, bytes]] = defaultdict(dict)
    for shape in shapes:
        if shape.quick is not None:
            yield shape.quick
        else:
            for begin in shape.encoded:
                by_last[begin[-1:]][begin] = _start(begin) if shape.is_word else b""
    for last, starts in by_last.items():
        if len(starts) > 1:
            yield _behind(last, starts, _LONG)
        else:
            yield re.compile(b"".join(map(re.escape, starts)) + b"(?=" + _LONG + b")")


def _behind(last: bytes, starts: Mapping[bytes, bytes], follows: bytes) -> re.Pattern[bytes]:
    """Find words that end with `last`, and `follows` behind them; each may have a pattern that matches behind it."""
    by_letter: dict[bytes, list[bytes]] = defaultdict(list)  # the letter before the last one decides on most
    for word, start in starts.items():
        by_letter[word[-1 - len(last) : -len(last)]].append(_back(word) + start)
    words = _any(_back(letter + last) + _any(same) for letter, same in by_letter.items())
    return re.compile(re.escape(last) + b"(?=" + follows + b")" + words)


def _start(word: bytes) -> bytes:
    """Match behind a word that is not the end of a longer one; an escape in front of it is no part of it."""
    return b"(?:(?<![A-Za-z0-9]" + re.escape(word) + rb")|(?<=\\[nrt]" + re.escape(word) + b"))"


def _back(text: bytes) -> bytes:
    return b"(?<=" + re.escape(text) + b")"


def _any(patterns: Iterable[bytes]) -> bytes:
    return b"(?:" + b"|".join(patterns) + b")"
