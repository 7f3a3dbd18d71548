"""Text as YAML scalars that every YAML parser reads back to the same text, never wrapped."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9 ;,=+/._()%&?@~$*^-]*(?:(?<! )[:#][A-Za-z0-9;,=+/._()%&?@~$*^-]+)*")
"""Text that needs no quotes: it starts with a letter or slash; `: ` and ` #` would end it."""

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What YAML 1.1 takes for a boolean or for nothing."""

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What a literal block cannot hold: YAML 1.1, 5.1, less the line ends that readers would turn into LF."""

_UNFIT = re.compile(r"[ \t]$", re.MULTILINE)
"""Blanks at the end of a line: YAML keeps them, editors and commit hooks do not."""


def scalar(text: str) -> str:
    """Return text as a scalar on one line: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _WORDS:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return text in double quotes; YAML cannot hold a lone surrogate, which becomes U+FFFD."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNPRINTABLE.sub(_escaped, json.dumps(whole, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def literal(text: str, indent: str) -> str | None:
    """Return text as a literal block whose lines are indented so, or None where a literal block cannot hold it."""
    body = text.rstrip("\n")
    if not body or body.lstrip("\n")[0] in " \t" or _UNFIT.search(body) or _UNPRINTABLE.search(body):
        return None
    newlines = len(text) - len(body)
    chomping = ("-", "")[newlines] if newlines < 2 else "+"
    lines = [indent + line if line else "" for line in body.split("\n")]
    return "\n".join([f"|{chomping}", *lines, *[""] * (newlines - 1)])


def printable_json(text: str) -> str:
    """Write what a literal block cannot hold as the escapes of JSON, which may stand only within its strings."""
    return _UNPRINTABLE.sub(_json_escaped, text)


def _json_escaped(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]
