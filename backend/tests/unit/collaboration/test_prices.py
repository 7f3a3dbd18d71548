from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.collaboration.prices import PRICES, Price, cost, price_of, total
from backend.llm.protocol import Usage
from backend.providers.registry import PROVIDERS

USED = Usage(input_tokens=1000, output_tokens=10)
COUNTS = st.integers(min_value=0, max_value=10**9)
USAGES = st.builds(Usage, input_tokens=COUNTS, output_tokens=COUNTS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_default_model_of_each_provider_has_a_price(provider: str) -> None:
    found = price_of(PROVIDERS[provider].default_model)
    assert found is not None
    assert 0 < found.input < found.output


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "gpt-4.1-mini-20250414"])
def test_a_version_costs_what_its_model_does(model: str) -> None:
    assert cost(model, USED) == Decimal("0.000416")


@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-4.1-mini-preview", "gpt-4.1-mini-2025", "", "GPT-4.1-MINI"])
def test_another_model_has_no_price(model: str) -> None:
    assert cost(model, USED) is None


def test_a_version_may_have_a_price_of_its_own() -> None:
    prices = {"m": Price(input=Decimal(1), output=Decimal(1)), "m-20260101": Price(input=Decimal(2), output=Decimal(2))}
    assert cost("m-20260101", Usage(input_tokens=1_000_000), prices) == 2


@given(st.lists(USAGES))
def test_the_total_is_the_cost_of_all_tokens(usages: list[Usage]) -> None:
    totals = total([("gpt-4.1-mini", usage) for usage in usages])
    assert totals.cost == cost("gpt-4.1-mini", totals.usage)
    assert totals.unpriced == ()


def test_one_model_without_a_price_leaves_no_total_but_that_of_the_tokens() -> None:
    totals = total([("gpt-4.1-mini", USED), ("other", USED), ("another", USED), ("other", USED)])
    assert (totals.cost, totals.unpriced) == (None, ("another", "other"))
    assert totals.usage == Usage(input_tokens=4000, output_tokens=40)


def test_no_answers_cost_nothing() -> None:
    assert total([]).cost == 0


def test_every_price_is_above_zero() -> None:
    assert all(price.input > 0 and price.output > 0 for price in PRICES.values())
