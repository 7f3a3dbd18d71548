"""contract.toml as it is written: shapes and spelling only, checked by pydantic. See docs/reference/contracts.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from tapecheck.contracts.table_types import FILLED, Expression, Pointer, Table, spelled
from tapecheck.contracts.webhook_document import WebhooksTable

FORMS = frozenset(("<named>", "<pointer>", "<table>", "<tables>"))
"""What pydantic adds to the place of an error in a `name`, which has several forms."""


def _one_or_many(value: object) -> object:
    if not isinstance(value, str | tuple):
        raise ValueError(f"got {value!r}, expected a string or an array of strings")
    return (value,) if isinstance(value, str) else value


def _form(value: object) -> str | None:
    return "<pointer>" if isinstance(value, str) else "<tables>" if isinstance(value, tuple) else None


Keys = Annotated[tuple[Pointer, ...], BeforeValidator(_one_or_many)]
URLPath = Annotated[
    str, spelled(r"/(?:[^?#{}]|\{[^?#{}/]+\})*", "a path that begins with '/', its varying parts as {name}")
]
Status = Annotated[int, Field(ge=100, le=599)]
MediaType = Annotated[str, spelled(r"[a-z0-9.+-]+/[a-z0-9.+-]+", "a media type in lower case, such as 'text/plain'")]
HostName = Annotated[
    str,
    spelled(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*", "a host name in lower case, 'api.example.com' or '*.example.com'"),
]


class CountTable(Table):
    """A field that counts up by one."""

    field: Pointer
    from_: int


class GrowTable(Table):
    """A field that never falls."""

    field: Pointer
    reset: tuple[str, ...] = ()


class DemandTable(Table):
    """An event that comes when the request asks for it."""

    event: str
    when: Pointer


class NameTable(Table):
    """One way to name an event: when a pointer is there, unless another is."""

    name: str
    when: Pointer | None = None
    unless: Pointer | None = None


class PairTable(Table):
    """Events that open and close."""

    open: str
    close: str
    key: Keys
    inside: tuple[str, ...] = ()
    interleaved: bool = False
    from_: int | None = None


class ValuesTable(Table):
    """A field, and some of the values that it can have."""

    field: Pointer
    values: tuple[str, ...]


class TotalTable(Table):
    """The event that repeats a series' joined string."""

    event: str
    field: Pointer
    key: Keys | None = None


class SeriesTable(Table):
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
    Annotated[Pointer, Tag("<pointer>")] | Annotated[tuple[NameTable, ...], FILLED, Tag("<tables>")],
    Discriminator(
        _form, custom_error_type="event_names", custom_error_message="expected a JSON pointer or an array of tables"
    ),
]


class StreamTable(Table):
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


class OperationTable(Table):
    """One call to a provider."""

    summary: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
    path: Annotated[tuple[URLPath, ...], FILLED, BeforeValidator(_one_or_many)]
    request: str | None = None
    response: str | None = None
    error: str | None = None
    success: tuple[Status, ...] = (200,)
    errors: tuple[Status, ...] = ()
    error_types: tuple[MediaType, ...] = ()
    stream: StreamTable | None = None


class CredentialsTable(Table):
    """Where the key of a live recording comes from."""

    environment: str


class ShapeTable(Table):
    """A literal text and what follows on it."""

    begins: Annotated[str, Field(min_length=2)]
    then: Expression


class AccountsTable(Table):
    """What tells who has recorded."""

    headers: tuple[str, ...] = ()
    shapes: tuple[ShapeTable, ...] = ()


class SecretsTable(Table):
    """What must never reach a cassette."""

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    fields: tuple[Pointer, ...] = ()
    shapes: tuple[ShapeTable, ...] = ()
    accounts: AccountsTable = AccountsTable()


class ContractDocument(Table):
    """A whole contract.toml."""

    title: str
    version: str
    documentation: str
    hosts: Annotated[tuple[HostName, ...], FILLED] | None
    max_age_days: Annotated[int, Field(ge=1)] = 365
    credentials: CredentialsTable | None = None
    secrets: SecretsTable = SecretsTable()
    operations: dict[str, OperationTable] = Field(default_factory=dict)
    webhooks: WebhooksTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _delivers_only(cls, table: object) -> object:
        """Let a contract that has deliveries, and no operation, go without hosts."""
        if isinstance(table, dict) and "webhooks" in table and "operations" not in table:
            return {"hosts": None, **table}
        return table
