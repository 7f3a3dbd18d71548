"""Strings and numbers that keep what schemas say of them."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from typing import Final

from tapecheck.errors import GenerationError
from tapecheck.generation.parts import Part, bound, count
from tapecheck.generation.patterns import sample
from tapecheck.generation.source import Source

_FORMATS: Final = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "email": "someone@example.com",
}
_LONG: Final = 200
"""So many characters more than the least are the most that a string gets."""
_FAR: Final = 1000
"""So far from the only bound that there is a number lies at most."""
_TRIES: Final = 20


def string(parts: Sequence[Part], usual: str, source: Source) -> str:
    """Return a string.

    Args:
        parts: what holds for it.
        usual: what to say where nothing speaks against it.
        source: of choices.

    Raises:
        GenerationError: none was found.
    """
    low = count(parts, "minLength", 0, highest=True)
    high = count(parts, "maxLength", low + _LONG, highest=False)
    if high < low:
        raise GenerationError(f"got a string of at least {low} and at most {high} characters, expected one that exists")
    for value in _formats(parts):
        return value
    usual = (usual * (low // max(len(usual), 1) + 1))[: max(low, min(high, len(usual)))]
    if any(part.get("contentEncoding") == "base64" for part in parts):
        return base64.b64encode(source.text(usual, low, high).encode()).decode()
    patterns = [found for part in parts if isinstance(found := part.get("pattern"), str)]
    return _matching(patterns, usual, (low, high), source) if patterns else source.text(usual, low, high)


def number(parts: Sequence[Part], *, whole: bool, usual: int, source: Source) -> int | float:
    """Return a number.

    Args:
        parts: what holds for it.
        whole: whether it is an integer.
        usual: what to take where it is allowed.
        source: of choices.

    Raises:
        GenerationError: none is allowed.
    """
    low, high = _range(parts, whole=whole)
    if low > high:
        raise GenerationError(f"got a number from {low} to {high}, expected one that exists")
    if whole:
        first, last = math.ceil(low), math.floor(high)
        return source.integer(first, last, max(first, min(last, usual)))
    value = source.number(low, high, max(low, min(high, usual)))
    return int(value) if value == int(value) else value  # people write 1, not 1.0


def _range(parts: Sequence[Part], *, whole: bool) -> tuple[float, float]:
    """Return the least and the greatest number; a bound that is itself left out is moved a little."""
    step = 1.0 if whole else 1e-6
    above = bound(parts, "exclusiveMinimum", highest=True)
    below = bound(parts, "exclusiveMaximum", highest=False)
    lowest = [one for one in (bound(parts, "minimum", highest=True), _moved(above, step)) if one is not None]
    highest = [one for one in (bound(parts, "maximum", highest=False), _moved(below, -step)) if one is not None]
    low = max(lowest) if lowest else min(highest, default=_FAR) - _FAR
    return low, min(highest) if highest else low + _FAR


def _moved(number: float | None, step: float) -> float | None:
    return None if number is None else number + step


def _formats(parts: Sequence[Part]) -> list[str]:
    return [_FORMATS[name] for part in parts if isinstance(name := part.get("format"), str) and name in _FORMATS]


def _matching(patterns: Sequence[str], usual: str, lengths: tuple[int, int], source: Source) -> str:
    low, high = lengths

    def fits(text: str) -> bool:
        return low <= len(text) <= high and all(re.search(pattern, text) for pattern in patterns)

    if fits(text := source.text(usual, low, high)) or fits(text := usual):
        return text
    for attempt in range(_TRIES):
        if fits(text := sample(patterns[attempt % len(patterns)], source)):
            return text
    raise GenerationError(f"no string of {low} to {high} characters was found that matches {' and '.join(patterns)}")
