"""The deliveries of a provider as values: how one is known, named and signed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tapecheck.contracts.schema import Pointer, Schema
from tapecheck.model import Headers, JSONValue, pointer, resolve

_LITERAL = r"((?:[^\\^$.|?*+()\[\]{}]|\\[^0-9A-Za-z])*)"
_ONE_GROUP = re.compile(rf"(?:\^|\\b)?{_LITERAL}\((?!\?)(.*?)\){_LITERAL}(?:\$|\\b)?", re.DOTALL)


def around_the_group(expression: str) -> tuple[str, str] | None:
    r"""Return the literal texts before and after the only group of an expression; None where it is of another form.

    `^` or `\b` may stand in front of all, `$` or `\b` behind it.
    """
    match = _ONE_GROUP.fullmatch(expression)
    return (_literal(match[1]), _literal(match[3])) if match is not None and _is_plain(match[2]) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """A part of a header's value: what an expression's only group matches.

    `pattern` is the expression; but for its group it is literal, so that a header can be written from it.
    """

    pattern: re.Pattern[str]

    def values(self, text: str) -> tuple[str, ...]:
        """Return every value in a text."""
        return tuple(match[1] for match in self.pattern.finditer(text))

    def written(self, value: str) -> str:
        """Return the text that has this one value."""
        before, after = around_the_group(self.pattern.pattern) or ("", "")
        return f"{before}{value}{after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value of a delivery is: in a header, or where `header` is None at a pointer into the body.

    `each` is the part of the header; None for all of it. `constant` is the value where the one at the pointer
    tells only that there is one.
    """

    header: str | None = None
    each: Each | None = None
    pointer: Pointer = ()
    constant: str | None = None

    def value(self, headers: Headers, body: JSONValue = None) -> str | None:
        """Return the value as text, or None where there is none."""
        if self.header is None:
            text = _text_at(body, self.pointer)
            return text if text is None or self.constant is None else self.constant
        field = headers.get(self.header)
        if field is None or self.each is None:
            return field
        return next(iter(self.each.values(field)), None)

    def name(self, headers: Headers, body: JSONValue) -> str | None:
        """Return the value as the name that it is, or None: a number or a boolean in the body is no name."""
        named = self.header is not None or self.constant is not None or isinstance(_value_at(body, self.pointer), str)
        return self.value(headers, body) if named else None

    def __str__(self) -> str:
        """Name the place for people."""
        return f"at {pointer(self.pointer)}" if self.header is None else f"in the header {self.header}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Conditions that only the provider's deliveries fulfil: expressions to be found in headers and in the body."""

    headers: tuple[tuple[str, re.Pattern[str]], ...] = ()
    body: tuple[tuple[Pointer, re.Pattern[str]], ...] = ()

    def __len__(self) -> int:
        """Return how many conditions there are."""
        return len(self.headers) + len(self.body)

    def holds(self, headers: Headers, body: JSONValue) -> bool:
        """Tell whether a request fulfils all of them."""
        return all(_is_found(pattern, headers.get_all(name)) for name, pattern in self.headers) and all(
            _is_found(pattern, (_text_at(body, place),)) for place, pattern in self.body
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureScheme:
    """How a delivery is signed, with a secret that both sides know (HMAC, RFC 2104).

    Attributes:
        header, each: where the signatures are.
        algorithm: name of the hash.
        encoding: of a signature, `hex` or `base64`.
        signed: what is signed; `{id}`, `{timestamp}` and `{body}` stand for themselves.
        id, timestamp: where the two are; None where they are not signed.
        secret_prefix, secret_encoding: how a secret is read; the prefix may be left out.
    """

    header: str
    each: Each
    algorithm: str = "sha256"
    encoding: str = "hex"
    signed: str = "{body}"
    id: Place | None = None
    timestamp: Place | None = None
    secret_prefix: str = ""
    secret_encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """What a provider delivers; see docs/reference/contracts.md for each field."""

    events: Mapping[str, Schema]
    name: tuple[Place, ...]
    id: tuple[Place, ...] = ()
    form: str | None = None
    retries: tuple[float, ...] = ()
    recognised: tuple[Recognition, ...]
    signatures: tuple[SignatureScheme, ...] = ()

    def event(self, headers: Headers, body: JSONValue) -> str | None:
        """Return the name of a delivery's event, or None where it says none."""
        return next((name for place in self.name if (name := place.name(headers, body)) is not None), None)

    def json_in(self, fields: Mapping[str, str]) -> str | None:
        """Return the JSON text in the fields of a form-encoded delivery; None where all of them are its body."""
        return fields.get(self.form) if self.form is not None else None

    def recognises(self, headers: Headers, body: JSONValue) -> int:
        """Return how many conditions the strictest table has that holds for a request; 0 where none does."""
        return max((len(one) for one in self.recognised if one.holds(headers, body)), default=0)

    def scheme(self, headers: Headers) -> SignatureScheme | None:
        """Return the first scheme whose header is there, or None."""
        return next((one for one in self.signatures if headers.get(one.header) is not None), None)


def _literal(expression: str) -> str:
    return re.sub(r"\\(.)", r"\1", expression, flags=re.DOTALL)


def _is_plain(expression: str) -> bool:
    """Tell whether what is within a group is an expression by itself that holds no group."""
    try:
        return re.compile(expression).groups == 0
    except re.error:
        return False


def _is_found(pattern: re.Pattern[str], texts: Iterable[str | None]) -> bool:
    return any(text is not None and pattern.search(text) for text in texts)


def _text_at(body: JSONValue, place: Pointer) -> str | None:
    """Return a string as it is, a number or a boolean as JSON text, and None for anything else."""
    value = _value_at(body, place)
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def _value_at(body: JSONValue, place: Pointer) -> JSONValue:
    try:
        return resolve(body, place)
    except LookupError:
        return None
