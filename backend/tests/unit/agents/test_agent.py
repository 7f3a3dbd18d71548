from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from backend.agents.agent import ID_PATTERN, Agent, Maturity


def test_maturities_are_words_the_least_trusted_first() -> None:
    assert [str(maturity) for maturity in Maturity] == ["STUDENT", "INTERN", "SUPERVISED", "AUTONOMOUS"]


def test_an_agent_is_a_value() -> None:
    created = datetime(2026, 1, 5, tzinfo=UTC)
    agent = Agent(id="agt_1", name="Researcher", maturity=Maturity.INTERN, created_at=created)
    assert agent == Agent(id="agt_1", name="Researcher", maturity=Maturity.INTERN, created_at=created)
    with pytest.raises(FrozenInstanceError):
        agent.name = "Writer"  # type: ignore[misc]


@pytest.mark.parametrize(
    "other", ["", "agt_", "agt_" + "F" * 32, "agt_" + "0" * 33, "agt_" + "0" * 31 + "\0", "0" * 32]
)
def test_ids_have_one_form(other: str) -> None:
    assert re.fullmatch(ID_PATTERN, "agt_" + "0a" * 16)
    assert not re.fullmatch(ID_PATTERN, other)
