"""Contracts: read from `contracts/<provider>/`, checked, and matched with requests."""

from __future__ import annotations

from tapecheck.contracts.bundled import bundled_contracts
from tapecheck.contracts.loader import Loaded, load
from tapecheck.contracts.registry import Contracts, DeliveryMatch, Match, Unmatched
from tapecheck.contracts.schema import Pointer, Schema
from tapecheck.contracts.schema_files import BASE_URI, DIALECT, follow, provider_of
from tapecheck.contracts.signing import Reason, Refusal, key_of, sign, verifies
from tapecheck.contracts.toml_lines import dotted, line_of_error, line_of_key, lines_of_keys
from tapecheck.contracts.values import (
    Contract,
    Count,
    Demand,
    EventName,
    FieldValues,
    Grow,
    Operation,
    Pair,
    PathTemplate,
    Secrets,
    SecretShape,
    Series,
    Stream,
    Total,
)
from tapecheck.contracts.webhooks import Each, Place, Recognition, SignatureScheme, Webhooks

__all__ = [
    "BASE_URI",
    "DIALECT",
    "Contract",
    "Contracts",
    "Count",
    "DeliveryMatch",
    "Demand",
    "Each",
    "EventName",
    "FieldValues",
    "Grow",
    "Loaded",
    "Match",
    "Operation",
    "Pair",
    "PathTemplate",
    "Place",
    "Pointer",
    "Reason",
    "Recognition",
    "Refusal",
    "Schema",
    "SecretShape",
    "Secrets",
    "Series",
    "SignatureScheme",
    "Stream",
    "Total",
    "Unmatched",
    "Webhooks",
    "bundled_contracts",
    "dotted",
    "follow",
    "key_of",
    "line_of_error",
    "line_of_key",
    "lines_of_keys",
    "load",
    "provider_of",
    "sign",
    "verifies",
]
