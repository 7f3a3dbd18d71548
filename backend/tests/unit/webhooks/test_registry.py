from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import NotFoundError
from backend.webhooks.registry import SOURCES, source_named
from backend.webhooks.signatures import SCHEMES

CONTRACTS = Path(__file__).parents[4] / "contracts"


def test_every_scheme_is_that_of_a_source() -> None:
    assert {source.scheme for source in SOURCES.values()} == set(SCHEMES)
    assert set(SOURCES) == set(SCHEMES)


def test_the_headers_that_sources_look_for_are_in_lower_case() -> None:
    places = [place for source in SOURCES.values() for place in source.events]
    assert places == [place if place.startswith("/") else place.lower() for place in places]


def test_only_one_source_may_be_unsigned() -> None:
    assert [name for name, source in SOURCES.items() if source.unsigned] == ["generic"]


def test_every_contract_is_there() -> None:
    wanted = {source.contract for source in SOURCES.values() if source.contract}
    assert {name for name in wanted if not (CONTRACTS / name / "contract.toml").is_file()} == set()
    assert {name for name, source in SOURCES.items() if not source.contract} == {
        "discord",
        "paddle",
        "shopify",
        "twilio",
    }


def test_no_source_is_called_as_another_endpoint() -> None:
    assert {"deliveries", "dead-letters"}.isdisjoint(SOURCES)


def test_a_source_is_found_by_its_name() -> None:
    assert source_named("stripe") is SOURCES["stripe"]


@pytest.mark.parametrize("name", ["pigeon", "", "Stripe", "deliveries", "\ud800", "x" * 10_000])
def test_a_name_that_is_none_is_told_all_there_are(name: str) -> None:
    with pytest.raises(NotFoundError, match=r"expected one of .*stripe") as caught:
        source_named(name)
    assert len(caught.value.detail) < 250
