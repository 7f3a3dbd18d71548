"""contract.toml as it is written: shapes and spelling only, checked by pydantic. See docs/reference/contracts.md."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from tapecheck.model import parse_pointer

FORMS = frozenset(("<pointer>", "<tables>"))
"""What pydantic adds to the place of an error in `name`, which has two forms."""


def _is_pointer(text: str) -> str:
    parse_pointer(text)
    return text


def _to_kebab(name: str) -> str:
    return name.removesuffix("_").replace("_", "-")


def _one_or_many(value: object) -> object:
    if not isinstance(value, str | tuple):
        raise ValueError(f"got {value!r}, expected a string or an array of strings")
    return (value,) if isinstance(value, str) else value


def _at_least_one(value: object) -> object:
    if value == ():
        raise ValueError("got an empty array, expected at least one entry")
    return value


def _form(value: object) -> str | None:
    return "<pointer>" if isinstance(value, str) else "<tables>" if isinstance(value, tuple) else None


def _is_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"got {pattern!r}, expected a regular expression: {error}") from error
    return pattern


def _spelled(pattern: str, what: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"got {text!r}, expected {what}")
        return text

    return AfterValidator(check)


_FILLED = BeforeValidator(_at_least_one)
Pointer = Annotated[str, AfterValidator(_is_pointer)]
Keys = Annotated[tuple[Pointer, ...], BeforeValidator(_one_or_many)]
URLPath = Annotated[
    str, _spelled(r"/(?:[^?#{}]|\{[^?#{}/]+\})*", "a path that begins with '/', its varying parts as {name}")
]
Status = Annotated[int, Field(ge=100, le=599)]
MediaType = Annotated[str, _spelled(r"[a-z0-9.+-]+/[a-z0-9.+-]+", "a media type in lower case, such as 'text/plain'")]
HostName = Annotated[
    str,
    _spelled(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*", "a host name in lower case, 'api.example.com' or '*.example.com'"),
]

Expression = Annotated[str, AfterValidator(_is_expression)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=_to_kebab)


class CountTable(_Table):
    """A field that counts up by one."""

    field: Pointer
    from_: int


class GrowTable(_Table):
    """A field that never falls."""

    field: Pointer
    reset: tuple[str, ...] = ()


class DemandTable(_Table):
    """An event that comes when the request asks for it."""

    event: str
    when: Pointer


class NameTable(_Table):
    """One way to name an event: when a pointer is there, unless another is."""

    name: str
    when: Pointer | None = None
    unless: Pointer | None = None


class PairTable(_Table):
    """Events that open and close."""

    open: str
    close: str
    key: Keys
    inside: tuple[str, ...] = ()
    interleaved: bool = False
    from_: int | None = None


class ValuesTable(_Table):
    """A field, and some of the values that it can have."""

    field: Pointer
    values: tuple[str, ...]


class TotalTable(_Table):
    """The event that repeats a series' joined string."""

    event: str
    field: Pointer
    key: Keys | None = None


class SeriesTable(_Table):
    """Items that run through several events."""

    each: Pointer = ""
    events: tuple[str, ...] | None = None
    key: Keys = ()
    starts: ValuesTable | None = None
    allowed: ValuesTable | None = None
    in_turn: bool = False
    first: tuple[Pointer, ...] = ()
    once: tuple[Pointer, ...] = ()
    last: tuple[Pointer, ...] = ()
    content: tuple[Pointer, ...] = ()
    join: Pointer | None = None
    json_: bool = False
    unless: ValuesTable | None = None
    total: TotalTable | None = None
    from_: int | None = None


EventNames = Annotated[
    Annotated[Pointer, Tag("<pointer>")] | Annotated[tuple[NameTable, ...], _FILLED, Tag("<tables>")],
    Discriminator(
        _form, custom_error_type="event_names", custom_error_message="expected a JSON pointer or an array of tables"
    ),
]


class StreamTable(_Table):
    """How an operation streams."""

    asked_by: Pointer | None = None
    framings: tuple[Literal["sse", "json-array"], ...] = ("sse",)
    events: str
    name: EventNames
    sse_event: Literal["name", "none"] = "none"
    done: str | None = None
    order: str
    anywhere: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    demanded: tuple[DemandTable, ...] = ()
    constant: tuple[Pointer, ...] = ()
    together: tuple[Pointer, ...] = ()
    count: tuple[CountTable, ...] = ()
    grow: tuple[GrowTable, ...] = ()
    pairs: tuple[PairTable, ...] = ()
    series: tuple[SeriesTable, ...] = ()


class OperationTable(_Table):
    """One call to a provider."""

    summary: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
    path: Annotated[tuple[URLPath, ...], _FILLED, BeforeValidator(_one_or_many)]
    request: str | None = None
    response: str | None = None
    error: str | None = None
    success: tuple[Status, ...] = (200,)
    errors: tuple[Status, ...] = ()
    error_types: tuple[MediaType, ...] = ()
    stream: StreamTable | None = None


class CredentialsTable(_Table):
    """Where the key of a live recording comes from."""

    environment: str


class ShapeTable(_Table):
    """A literal text and what follows on it."""

    begins: Annotated[str, Field(min_length=2)]
    then: Expression


class AccountsTable(_Table):
    """What tells who has recorded."""

    headers: tuple[str, ...] = ()
    shapes: tuple[ShapeTable, ...] = ()


class SecretsTable(_Table):
    """What must never reach a cassette."""

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    fields: tuple[Pointer, ...] = ()
    shapes: tuple[ShapeTable, ...] = ()
    accounts: AccountsTable = AccountsTable()


class ContractDocument(_Table):
    """A whole contract.toml."""

    title: str
    version: str
    documentation: str
    hosts: Annotated[tuple[HostName, ...], _FILLED]
    max_age_days: Annotated[int, Field(ge=1)] = 365
    credentials: CredentialsTable | None = None
    secrets: SecretsTable = SecretsTable()
    operations: dict[str, OperationTable] = {}
