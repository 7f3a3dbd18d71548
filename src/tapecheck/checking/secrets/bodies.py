"""Edits the texts of a body: JSON, also in strings of JSON, streams of events, JSON line by line, forms, plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, unquote_plus

from tapecheck.checking.payload import Malformed, media_type, parse_json
from tapecheck.checking.secrets.json_strings import quoted, strings, unquoted
from tapecheck.checking.secrets.places import Edit, Path, Place
from tapecheck.contracts import Pointer
from tapecheck.model import Body, Side

FORM = "application/x-www-form-urlencoded"
_EVENTS = "text/event-stream"
_BYTE_ORDER_MARK = "\ufeff"
_LINE_END = re.compile("(\r\n|\n|\r)")
_DATA = re.compile(r"data(?::[ ]?|\Z)")
_LOOKS_LIKE_FORM = re.compile(rb"[\w.%+\[\]-]+=[^&=\s]*(?:&[\w.%+\[\]-]+=[^&=\s]*)*\s*")
_SHORTEST = 10  # a string of JSON with fewer characters, its quotes included, is no secret by its look


@dataclass(frozen=True, slots=True)
class Texts:
    """Applies an edit to each text within a text; what the edit leaves alone stays as it is written.

    Attributes:
        edit: gets the texts decoded, with their places.
        fields: pointers to what is listed as secret in JSON.
    """

    edit: Edit
    fields: tuple[Pointer, ...] = ()

    def body(self, body: Body, content_type: str | None, side: Side) -> Body:
        """Edit a body; one that is not UTF-8 is taken for text in which a byte is a character."""
        if not body.content:
            return body
        try:
            encoding, text = "utf-8", body.content.decode()
        except UnicodeDecodeError:
            encoding, text = "latin-1", body.content.decode("latin-1")
        new = self.text(text, Place(side=side, part="the body", in_body=True), form_or_events(content_type, body))
        return body if new == text else replace(body, content=new.encode(encoding, "replace"))

    def text(self, text: str, place: Place, media: str | None = None) -> str:
        """Edit a text of any kind.

        Args:
            text: decoded.
            place: where it stands.
            media: the media type, where one is known.
        """
        if _is_json(text):
            return self._json(text, place)
        if media == _EVENTS:
            return self._events(text, place)
        if media == FORM:
            return self.pairs(text, place, "the form field")
        first, line_end, _ = text.partition("\n")
        return self._lines(text, place) if line_end and _is_json(first) else self.edit(text, place)

    def pairs(self, text: str, place: Place, what: str, listed: frozenset[str] = frozenset()) -> str:
        """Edit the values of a query or a form (https://url.spec.whatwg.org, 5).

        Args:
            text: as it is written, percent-encoded.
            place: where it stands.
            what: how to call one in words.
            listed: names of those that are secret, in lower case.
        """
        return "&".join(self._pair(pair, place, what, listed) for pair in text.split("&"))

    def _pair(self, pair: str, place: Place, what: str, listed: frozenset[str]) -> str:
        before, equals, after = pair.partition("=")
        if not equals:
            before, after = "", pair
        name, value = unquote_plus(before), unquote_plus(after)
        part = f"{what} {name!r}" if name else place.part
        new = self.text(value, replace(place, part=part, name=name, listed=name.lower() in listed))
        return pair if new == value else f"{before}{equals}{quote_plus(new)}"

    def _json(self, text: str, place: Place) -> str:
        parts, done, line, counted = [], 0, place.line, 0
        for string in strings(text):
            if place.has_lines:
                line, counted = line + text.count("\n", counted, string.start), string.start
            listed = not string.is_name and self._is_listed(string.path)
            if string.end - string.start < _SHORTEST and not (listed or place.listed):
                continue
            literal = text[string.start : string.end]
            old, here = unquoted(literal), place.below(string.path, line, listed=listed)
            new = self.edit(old, replace(here, name="", listed=False)) if string.is_name else self.text(old, here)
            if new != old:
                parts += [text[done : string.start], quoted(new, literal)]
                done = string.end
        return "".join([*parts, text[done:]])

    def _is_listed(self, path: Path) -> bool:
        return any(_leads_to(field, path) for field in self.fields)

    def _events(self, text: str, place: Place) -> str:
        """Edit a stream, event by event (https://html.spec.whatwg.org, 9.2.6); a byte order mark is no part of it."""
        stream = text.removeprefix(_BYTE_ORDER_MARK)
        lines = _LINE_END.split(stream)  # at even places lines, at odd ones their ends
        data: list[int] = []
        event = 0
        for at in range(0, len(lines) + 2, 2):
            line = lines[at] if at < len(lines) else ""
            if line and _DATA.match(line):
                data.append(at)
            elif line:
                lines[at] = self.edit(line, replace(place, line=place.line + at // 2, event=event))
            elif data:
                self._event(lines, data, replace(place, line=place.line + data[0] // 2, event=event))
                data, event = [], event + 1
        return "".join([text[: len(text) - len(stream)], *lines])

    def _event(self, lines: list[str], data: Sequence[int], place: Place) -> None:
        """Edit the data of one event, which stand in some of the lines."""
        fields = [_DATA.sub("", lines[at], count=1) for at in data]
        old = "\n".join(fields)
        new = self.text(old, place)
        if new == old:
            return
        left = new.split("\n")
        for at, value in zip(data, fields, strict=True):
            start = lines[at][: len(lines[at]) - len(value)]
            if left:
                lines[at] = start + left.pop(0)
            else:  # a secret of several lines is gone
                lines[at : at + 2] = [""] * len(lines[at : at + 2])

    def _lines(self, text: str, place: Place) -> str:
        lines = text.split("\n")
        return "\n".join(self.text(line, replace(place, line=place.line + n)) for n, line in enumerate(lines))


def form_or_events(content_type: str | None, body: Body) -> str | None:
    """Return the media type of a body as its header names it, else as it looks."""
    media = media_type(content_type, body)
    return FORM if media is None and _LOOKS_LIKE_FORM.fullmatch(body.content) else media


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[", '"')):
        return False
    return not isinstance(parse_json(text.encode("utf-8", "surrogatepass")), Malformed)


def _leads_to(field: Pointer, path: Path) -> bool:
    return len(path) >= len(field) and all(part in ("*", str(step)) for part, step in zip(field, path, strict=False))
