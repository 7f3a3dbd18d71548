"""Puts a placeholder in the place of each secret of a text, and keeps what it found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

from tapecheck.checking.secrets.judging import LEAST, REDACTED, looks_random
from tapecheck.checking.secrets.names import ASSIGNMENT, STEMS, assigned_name, is_cookie, is_telling
from tapecheck.checking.secrets.places import Leak, Place
from tapecheck.checking.secrets.shapes import Shape

_SCHEMED = re.compile(r"(?P<scheme>\s*(?:[A-Za-z][\w-]*[ \t]+)?)(?P<value>\S.*)", re.DOTALL)  # RFC 9110, 11.4
_COOKIE = re.compile(r'(?:^|(?<=[;,]))\s*(?P<name>[^=;,\s]+)="?(?P<value>[^;,"]*)')
_ATTRIBUTES = frozenset({"domain", "expires", "max-age", "path", "priority", "samesite", "version"})  # RFC 6265, 4.1

_OF_PROXIES = frozenset({"__cf_bm", "__cflb", "__cfruid", "_cfuvid"})
"""Cookies by which a proxy tells bots from people, or keeps to one server: they open nothing, and nearly every tape has
them (https://developers.cloudflare.com/fundamentals/reference/policies-compliances/cloudflare-cookies/)."""


@dataclass(slots=True, kw_only=True)
class Redactor:
    """Edits texts.

    Attributes:
        shapes: what secrets look like.
        thorough: whether what a contract lists is secret whatever it looks like.
        leaks: the secrets found so far.
    """

    shapes: tuple[Shape, ...]
    thorough: bool = False
    leaks: list[Leak] = field(default_factory=list)

    def __call__(self, text: str, place: Place) -> str:
        """Return the text without its secrets."""
        if is_cookie(place.name):
            text = _COOKIE.sub(partial(self._cookie, place), text)
        elif (whole := self._whole(text, place)) is not None:
            return whole
        for shape in self.shapes:
            if any(begin in text for begin in shape.begins):
                text = shape.pattern.sub(partial(self._shaped, shape, place), text)
        if len(text) < LEAST or not any(stem in text.lower() for stem in STEMS):
            return text
        return ASSIGNMENT.sub(partial(self._assigned, place), text)

    def _whole(self, text: str, place: Place) -> str | None:
        """Return what stands for a text that is secret as a whole, None for any other."""
        if not (place.listed or is_telling(place.name)):
            return None
        match = _SCHEMED.fullmatch(text)
        if match is None:
            return None
        value = match["value"].rstrip()
        if looks_random(value):
            what = (
                "what the contract calls a secret" if place.listed else f"what looks like a secret named {place.name!r}"
            )
            self._found(what, value, place)
        elif not (place.listed and self.thorough):
            return None
        return match["scheme"] + REDACTED

    def _cookie(self, place: Place, match: re.Match[str]) -> str:
        name, value = match["name"], match["value"].strip()
        if name.lower() in _ATTRIBUTES | _OF_PROXIES or not looks_random(value):
            return match.group()
        self._found(f"the cookie {name!r}", value, place)
        return _replaced(match, match.span("value"))

    def _shaped(self, shape: Shape, place: Place, match: re.Match[str]) -> str:
        span = shape.secret_in(match)
        if span is None:
            return match.group()
        self._found(shape.what, match.string[slice(*span)], place.at(match.string, match.start()))
        return _replaced(match, span)

    def _assigned(self, place: Place, match: re.Match[str]) -> str:
        name, value = assigned_name(match), match["secret"]
        if not is_telling(name) or not looks_random(value):
            return match.group()
        self._found(f"what looks like a secret named {name!r}", value, place.at(match.string, match.start()))
        return _replaced(match, match.span("secret"))

    def _found(self, what: str, secret: str, place: Place) -> None:
        self.leaks.append(Leak(what=what, secret=secret, place=place))


def _replaced(match: re.Match[str], span: tuple[int, int]) -> str:
    text = match.string
    return text[match.start() : span[0]] + REDACTED + text[span[1] : match.end()]
