"""Contracts as values: what the rest of tapecheck reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tapecheck.contracts.schema import Pointer, Schema
from tapecheck.contracts.webhooks import Webhooks
from tapecheck.streams import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class EventName:
    """One way to name an event; it applies when `when` leads to something and `unless` does not."""

    name: str
    when: Pointer | None = None
    unless: Pointer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """An event that comes when the field of the request is true."""

    event: str
    when: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A field that counts up by one from `start` at each event that has it."""

    field: Pointer
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grow:
    """A field that never falls from one event that has it to the next, but for the `reset` events."""

    field: Pointer
    reset: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Events that open and close, told apart by the values at `key`."""

    open: str
    close: str
    key: tuple[Pointer, ...]
    inside: frozenset[str]
    interleaved: bool
    start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The event that repeats the joined string of a series."""

    event: str
    field: Pointer
    key: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A field, and some of the values that it can have."""

    field: Pointer
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Items that run through several events; see docs/reference/contracts.md for each field."""

    each: Pointer
    events: frozenset[str] | None
    key: tuple[Pointer, ...]
    starts: FieldValues | None
    allowed: FieldValues | None
    in_turn: bool
    first: tuple[Pointer, ...]
    once: tuple[Pointer, ...]
    last: tuple[Pointer, ...]
    content: tuple[Pointer, ...]
    join: Pointer | None
    json: bool
    unless: FieldValues | None
    total: Total | None
    start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """How an operation streams; see docs/reference/contracts.md for each field."""

    asked_by: Pointer | None
    framings: tuple[str, ...]
    events: Mapping[str, Schema]
    name_at: Pointer | None
    names: tuple[EventName, ...]
    named_in_sse: bool
    done: str | None
    order: Order
    anywhere: frozenset[str]
    failures: frozenset[str]
    demanded: tuple[Demand, ...]
    constant: tuple[Pointer, ...]
    together: tuple[Pointer, ...]
    count: tuple[Count, ...]
    grow: tuple[Grow, ...]
    pairs: tuple[Pair, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, kw_only=True)
class PathTemplate:
    """A path with `{names}` in it, each for one segment or a part of one."""

    text: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return the pattern that whole paths match."""
        literals = re.split(r"\{[^{}]*\}", self.text)
        return re.compile("[^/]+?".join(re.escape(literal) for literal in literals))

    def matches(self, path: str) -> bool:
        """Tell whether a path, percent-decoded and without its query, is of this template."""
        return self.pattern.fullmatch(path) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call to a provider. Schemas are None where the operation has no such body.

    `error_types` are the media types of errors that are text for people and not JSON.
    """

    name: str
    summary: str
    method: str
    paths: tuple[PathTemplate, ...]
    request: Schema | None
    response: Schema | None
    error: Schema | None
    success: frozenset[int]
    errors: frozenset[int]
    error_types: frozenset[str]
    stream: Stream | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretShape:
    """What a key or a token looks like: a literal text, and a regular expression for what follows on it."""

    begins: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must never reach a cassette.

    Attributes:
        headers, query: names of header fields and query parameters, in lower case.
        fields: pointers into bodies.
        shapes: what the provider's keys and tokens look like.
        account_headers, account_shapes: the same for what tells who has recorded, and is no secret.
    """

    headers: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset()
    fields: tuple[Pointer, ...] = ()
    shapes: tuple[SecretShape, ...] = ()
    account_headers: frozenset[str] = frozenset()
    account_shapes: tuple[SecretShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """All we rely on and all we know of one provider.

    Attributes:
        provider: name of the folder.
        path: the folder's contract.toml.
        hosts: host names, lower case; `*.example.com` for any host below it; none where there are no operations.
        max_age_days: how old a recording may be.
        environment: name of the variable that holds the key; None where there is none.
        schemas: every schema of the folder by its URI.
        webhooks: the deliveries that the provider sends; None where it sends none.
    """

    provider: str
    title: str
    version: str
    documentation: str
    path: Path
    hosts: tuple[str, ...]
    max_age_days: int
    environment: str | None
    secrets: Secrets
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Schema]
    webhooks: Webhooks | None = None
