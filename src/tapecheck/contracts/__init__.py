"""Contracts: read from `contracts/<provider>/`, checked, and matched with requests."""

from __future__ import annotations

from tapecheck.contracts.bundled import bundled_contracts
from tapecheck.contracts.loader import Loaded, load
from tapecheck.contracts.registry import Contracts, Match, Unmatched
from tapecheck.contracts.schema_files import BASE_URI, DIALECT, follow
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
    Pointer,
    Schema,
    Secrets,
    SecretShape,
    Series,
    Stream,
    Total,
)

__all__ = [
    "BASE_URI",
    "DIALECT",
    "Contract",
    "Contracts",
    "Count",
    "Demand",
    "EventName",
    "FieldValues",
    "Grow",
    "Loaded",
    "Match",
    "Operation",
    "Pair",
    "PathTemplate",
    "Pointer",
    "Schema",
    "SecretShape",
    "Secrets",
    "Series",
    "Stream",
    "Total",
    "Unmatched",
    "bundled_contracts",
    "dotted",
    "follow",
    "line_of_error",
    "line_of_key",
    "lines_of_keys",
    "load",
]
