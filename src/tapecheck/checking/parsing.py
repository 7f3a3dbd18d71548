"""Parses JSON, and refuses what no validator could take: deep nesting, numbers that are none, half a character."""

from __future__ import annotations

import json
import math
import re

import orjson

from tapecheck.model import JSONValue

MAX_DEPTH = 128
"""As for a cassette; jsonschema-rs 0.60 gives up beyond 255, and jsonschema runs out of Python's stack before."""

MAX_DIGITS = 400
"""Of an integer; Python 3.11 writes none of more than 4300, and a double holds none of more than 309."""

# Integers beyond 64 bits, which orjson would round, and what may be beyond a double.
_LARGE_NUMBER = re.compile(rb"[0-9](?:[0-9]{18}|[eE]\+?[0-9]{3,}\s*(?:[,}\]]|$))")

_DIGITS = bytes.maketrans(b"123456789E", b"000000000e")


class Unreadable(Exception):  # noqa: N818 - a signal that its catcher turns into words
    """A text is not JSON that can be read; `reason` has no subject, such as "is not JSON", `line` counts from 0."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parse(content: bytes) -> JSONValue:
    """Parse JSON text; integers of any size stay exact.

    Raises:
        Unreadable: it is not JSON, nests deeper than `MAX_DEPTH`, or holds what has no place in UTF-8 or a
            double, or an integer of more than `MAX_DIGITS`.
    """
    try:
        value = _parse(content)
        if _is_too_deep(content, value):
            raise RecursionError
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not JSON: {error.msg} at column {error.colno}", error.lineno - 1) from None
    except UnicodeDecodeError as error:
        byte, line = content[error.start], content.count(b"\n", 0, error.start)
        raise Unreadable(f"is not UTF-8: byte {byte:#04x} at offset {error.start}", line) from None
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        line = content.count(b"\n", 0, content.lower().find(half.encode()))
        raise Unreadable(f"is not Unicode: {half} is half of a surrogate pair", line) from None
    except RecursionError:
        raise Unreadable(f"cannot be read: it nests more than {MAX_DEPTH} levels deep") from None
    except ValueError as error:
        raise Unreadable(f"cannot be read: {error}") from None
    return value


def _parse(content: bytes) -> JSONValue:
    try:
        if not _has_large_number(content):
            value: JSONValue = orjson.loads(content)
            return value
    except orjson.JSONDecodeError:
        pass  # the slower parser says where and why, and knows a byte order mark
    slow: JSONValue = json.loads(
        content.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite, parse_int=_short
    )
    json.dumps(slow, ensure_ascii=False).encode()  # fails at half a surrogate pair, which orjson refuses as well
    return slow


def _has_large_number(content: bytes) -> bool:
    """Tell whether there may be one; the regular expression alone would take longer than the parser."""
    shape = content.translate(_DIGITS)
    if b"0" * 19 in shape or b"0e000" in shape or b"0e+000" in shape:
        return _LARGE_NUMBER.search(content) is not None
    return False


def _is_too_deep(content: bytes, value: JSONValue) -> bool:
    if content.count(b"[") + content.count(b"{") <= MAX_DEPTH:  # most bodies
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _short(text: str) -> int:
    if (digits := len(text.removeprefix("-"))) > MAX_DIGITS:
        raise ValueError(f"the number {text[:20]}… has {digits} digits, expected at most {MAX_DIGITS}")
    return int(text)


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError(f"the number {text[:20]} is beyond what a double holds")
    return number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
