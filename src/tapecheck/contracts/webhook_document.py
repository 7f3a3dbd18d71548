"""The table `webhooks` of contract.toml as it is written. See docs/reference/contracts.md."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from tapecheck.contracts.table_types import FILLED, Expression, Pointer, Table, is_expression, spelled
from tapecheck.contracts.webhooks import around_the_group

HeaderName = Annotated[str, spelled(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", "the name of a header field")]


def _has_a_group(pattern: str) -> str:
    is_expression(pattern)
    if around_the_group(pattern) is None:
        raise ValueError(f"got {pattern!r}, expected exactly one group, with nothing but literal text around it")
    return pattern


def _is_signed(text: str) -> str:
    unknown = sorted(set(re.findall(r"\{[^{}]*\}", text)) - {"{id}", "{timestamp}", "{body}"})
    if unknown:
        raise ValueError(f"got {unknown[0]}, expected {{id}}, {{timestamp}} or {{body}}")
    if text.count("{body}") != 1:
        raise ValueError(f"got {text!r}, expected {{body}} in it, once")
    return text


def _listed(value: object) -> object:
    return value if isinstance(value, tuple) else (value,)


def _form(value: object) -> str | None:
    if isinstance(value, str):
        return "<pointer>"
    if isinstance(value, NamedTable) or (isinstance(value, dict) and "header" not in value and value.keys() & _NAMED):
        return "<named>"
    return "<table>" if isinstance(value, dict | HeaderTable) else None


_NAMED = frozenset(("name", "when"))

_YEAR = 366 * 24 * 60 * 60

Each = Annotated[str, AfterValidator(_has_a_group)]


class HeaderTable(Table):
    """A header, and which part of it."""

    header: HeaderName
    each: Each | None = None


class NamedTable(Table):
    """A value that stands for itself when a pointer into the body is there."""

    name: Annotated[str, Field(min_length=1)]
    when: Pointer


Places = Annotated[
    tuple[
        Annotated[
            Annotated[Pointer, Tag("<pointer>")]
            | Annotated[HeaderTable, Tag("<table>")]
            | Annotated[NamedTable, Tag("<named>")],
            Discriminator(
                _form,
                custom_error_type="place",
                custom_error_message="expected a JSON pointer, or a table with `header` or with `name` and `when`",
            ),
        ],
        ...,
    ],
    FILLED,
    BeforeValidator(_listed),
]


class RecognisedTable(Table):
    """Conditions that a delivery of the provider fulfils, all of them."""

    headers: dict[HeaderName, Expression] = Field(default_factory=dict)
    body: dict[Pointer, Expression] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> RecognisedTable:
        if not self.headers and not self.body:
            raise ValueError("got no condition, expected `headers`, `body` or both")
        return self


class SecretTable(Table):
    """How a secret is read."""

    prefix: str = ""
    encoding: Literal["utf-8", "base64", "hex"] = "utf-8"


class SignatureTable(Table):
    """How a delivery is signed."""

    header: HeaderName
    each: Each
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    signed: Annotated[str, AfterValidator(_is_signed)] = "{body}"
    id: HeaderTable | None = None
    timestamp: HeaderTable | None = None
    secret: SecretTable = SecretTable()

    @model_validator(mode="after")
    def _has_what_is_signed(self) -> SignatureTable:
        for name, place in (("id", self.id), ("timestamp", self.timestamp)):
            if ("{" + name + "}" in self.signed) != (place is not None):
                raise ValueError(f"`{name}` goes with {{{name}}} in `signed`: got one without the other")
        return self


class WebhooksTable(Table):
    """The deliveries that a provider sends."""

    events: str
    name: Places
    id: Places = ()
    form: Annotated[str, Field(min_length=1)] | None = None
    retries: tuple[Annotated[float, Field(ge=0, le=_YEAR)], ...] = ()
    recognised: Annotated[tuple[RecognisedTable, ...], FILLED]
    signatures: tuple[SignatureTable, ...] = ()
