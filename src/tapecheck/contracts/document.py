"""contract.toml as it is written: shapes and spelling only, checked by pydantic. See docs/reference/contracts.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tapecheck.model import parse_pointer


def _is_pointer(text: str) -> str:
    parse_pointer(text)
    return text


def _to_kebab(name: str) -> str:
    return name.removesuffix("_").replace("_", "-")


Pointer = Annotated[str, AfterValidator(_is_pointer)]
Keys = Pointer | tuple[Pointer, ...]
Status = Annotated[int, Field(ge=100, le=599)]
MediaType = Annotated[str, Field(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$")]
HostName = Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9.-]+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, alias_generator=_to_kebab)


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


class StreamTable(_Table):
    """How an operation streams."""

    asked_by: Pointer | None = None
    framings: tuple[Literal["sse", "json-array"], ...] = ("sse",)
    events: str
    name: Pointer | tuple[NameTable, ...]
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
    path: str | tuple[str, ...]
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


class SecretsTable(_Table):
    """What must never reach a cassette."""

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    fields: tuple[Pointer, ...] = ()


class ContractDocument(_Table):
    """A whole contract.toml."""

    title: str
    version: str
    documentation: str
    hosts: Annotated[tuple[HostName, ...], Field(min_length=1)]
    max_age_days: Annotated[int, Field(ge=1)] = 365
    credentials: CredentialsTable | None = None
    secrets: SecretsTable = SecretsTable()
    operations: dict[str, OperationTable] = {}
