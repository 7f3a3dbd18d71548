"""What answers cost, at the list prices of `prices.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

from backend.llm.protocol import Usage

_FILE: Final = Path(__file__).with_suffix(".toml")
_MILLION: Final = 1_000_000
_DATE: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")
"""How names of models end that mean one version for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD per million tokens."""

    input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What several answers took.

    Attributes:
        usage: the sum of the tokens.
        cost: in USD; None where a model has no price.
        unpriced: the models that have none, in the order of their names.
    """

    usage: Usage
    cost: Decimal | None
    unpriced: tuple[str, ...]


def _read() -> Mapping[str, Price]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            model: Price(input=Decimal(table["input"]), output=Decimal(table["output"]))
            for model, table in tables.items()
        }
    )


PRICES: Final = _read()
"""The prices by the name of the model, without a date."""


def price_of(model: str, prices: Mapping[str, Price] = PRICES) -> Price | None:
    """Return the price of a model, of a version of it where only the model has one; None where there is none."""
    return prices.get(model) or prices.get(_DATE.sub("", model))


def cost(model: str, usage: Usage, prices: Mapping[str, Price] = PRICES) -> Decimal | None:
    """Return what an answer costs, in USD; None where the model has no price."""
    price = price_of(model, prices)
    if price is None:
        return None
    return (price.input * usage.input_tokens + price.output * usage.output_tokens) / _MILLION


def total(answers: Iterable[tuple[str, Usage]], prices: Mapping[str, Price] = PRICES) -> Totals:
    """Add up answers, each of them a model and what it counted."""
    listed = list(answers)
    costs = [cost(model, usage, prices) for model, usage in listed]
    known = [each for each in costs if each is not None]
    return Totals(
        usage=Usage(
            input_tokens=sum(usage.input_tokens for _, usage in listed),
            output_tokens=sum(usage.output_tokens for _, usage in listed),
        ),
        cost=sum(known, Decimal()) if len(known) == len(costs) else None,
        unpriced=tuple(sorted({model for model, _ in listed if price_of(model, prices) is None})),
    )
