"""Whether a text can be a secret: as random as one, or only a placeholder for it."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

REDACTED = "REDACTED"
"""What stands in the place of a secret."""

LEAST = 16
"""So many characters a secret has at least, where nothing but its name and its look tell of it."""

_MIN_ENTROPY = 2.75  # bits a character; 16 random hexadecimal digits have less once in 200 times
_MIN_CHANGES = 0.18  # of the characters; random ones change their class at every second, words and dates seldom

# Said in full, or by what is put in: `<KEY>`, `${KEY}`, `{key}`, `%KEY%`, `sk-ab****yz`, `sk-...`, `xxxxx`, `00000`.
_STAND_IN = re.compile(r"[<>{}\[\]*…•]|\.\.\.|^[$%]|(.)\1{4}", re.DOTALL)
_LOUD = re.compile(r"redacted|example|placeholder|changeme|replace.?me|your.?(?:api|key|token|secret)", re.IGNORECASE)
_QUIET = re.compile(
    r"(?<![a-z])(?:dummy|fake|filtered|hidden|invalid|masked|mock|my|omitted|removed|sample|sandbox|scrubbed|test|wrong"
    r"|xxx|your)(?![a-z])",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"[A-Z]+(?:[_-][A-Z0-9]+)+")  # MCP_TOKEN; keys have no separators, or small letters as well
_PART = re.compile(r"[A-Za-z0-9]+")
_NEUTRAL = re.compile(r"[^A-Za-z0-9]+")


def is_placeholder(text: str) -> bool:
    """Tell whether a text only stands for a secret, as people and recorders write it."""
    if _STAND_IN.search(text) or _LOUD.search(text) or _VARIABLE.fullmatch(text):
        return True
    return _QUIET.search(text) is not None and not any(_is_random(part) for part in _PART.findall(text))


def looks_dense(text: str) -> bool:
    """Tell whether a text of a form that is hard to mistake is more than a pattern and no placeholder."""
    return _entropy(text) >= _MIN_ENTROPY and not is_placeholder(text)


@lru_cache(maxsize=4096)
def looks_random(text: str) -> bool:
    """Tell whether a text looks drawn by lot, as keys and tokens do, and is no placeholder."""
    return _is_random(text) and not is_placeholder(text)


def looks_chosen(text: str) -> bool:
    """Tell whether a text looks like a password: no word, no placeholder."""
    is_word = text.isalpha() and (text.islower() or text.isupper() or text.istitle())
    return not is_word and not is_placeholder(text)


def is_basic(text: str) -> bool:
    """Tell whether a text is the base64 of `user:password` (RFC 7617) with anything but a placeholder in it."""
    try:
        user, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return bool(colon) and f"{user}{password}".isprintable() and not is_placeholder(password or user)


def _is_random(text: str) -> bool:
    if len(text) < LEAST or not text.isascii() or "://" in text or any(map(str.isspace, text)):
        return False
    return _entropy(text) >= _MIN_ENTROPY and _changes(text) >= _MIN_CHANGES * len(text)


def _entropy(text: str) -> float:
    """Return Shannon's entropy in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _changes(text: str) -> int:
    """Count where digits, small and capital letters change; what separates words and a word's capital do not count."""
    classes = ["0" if one.isdigit() else "A" if one.isupper() else "a" for one in _NEUTRAL.sub("", text)]
    return sum(a != b and (a, b) != ("A", "a") for a, b in pairwise(classes))
