"""From the table `webhooks` of a contract.toml to Webhooks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tapecheck.contracts.schema import Schema
from tapecheck.contracts.webhooks import Each, Place, Recognition, SignatureScheme, Webhooks
from tapecheck.model import parse_pointer

if TYPE_CHECKING:
    from tapecheck.contracts import webhook_document as toml


def to_webhooks(table: toml.WebhooksTable, events: Mapping[str, Schema]) -> Webhooks:
    """Return what a table says.

    Args:
        table: well spelled.
        events: the schema of each event.
    """
    return Webhooks(
        events=events,
        name=tuple(map(_place, table.name)),
        id=tuple(map(_place, table.id)),
        form=table.form,
        retries=table.retries,
        recognised=tuple(map(_recognition, table.recognised)),
        signatures=tuple(map(_signature, table.signatures)),
    )


def _place(table: toml.HeaderTable | toml.NamedTable | str) -> Place:
    from tapecheck.contracts.webhook_document import NamedTable

    if isinstance(table, NamedTable):
        return Place(pointer=parse_pointer(table.when), constant=table.name)
    return Place(pointer=parse_pointer(table)) if isinstance(table, str) else _header(table)


def _header(table: toml.HeaderTable) -> Place:
    return Place(header=table.header.lower(), each=None if table.each is None else Each(pattern=re.compile(table.each)))


def _recognition(table: toml.RecognisedTable) -> Recognition:
    return Recognition(
        headers=tuple((name.lower(), re.compile(pattern)) for name, pattern in table.headers.items()),
        body=tuple((parse_pointer(place), re.compile(pattern)) for place, pattern in table.body.items()),
    )


def _signature(table: toml.SignatureTable) -> SignatureScheme:
    return SignatureScheme(
        header=table.header.lower(),
        each=Each(pattern=re.compile(table.each)),
        algorithm=table.algorithm,
        encoding=table.encoding,
        signed=table.signed,
        id=_header(table.id) if table.id else None,
        timestamp=_header(table.timestamp) if table.timestamp else None,
        secret_prefix=table.secret.prefix,
        secret_encoding=table.secret.encoding,
    )
