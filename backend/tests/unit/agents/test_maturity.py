from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.agents.agent import Agent, Maturity
from backend.agents.maturity import require
from backend.errors import ForbiddenError


def agent(maturity: Maturity) -> Agent:
    return Agent(id="agt_1", name="Scout", maturity=maturity, created_at=datetime(2026, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize("needed", Maturity)
@pytest.mark.parametrize("has", Maturity)
def test_who_is_as_mature_or_more_may(has: Maturity, needed: Maturity) -> None:
    order = ["STUDENT", "INTERN", "SUPERVISED", "AUTONOMOUS"]
    if order.index(has) >= order.index(needed):
        require(agent(has), needed, "broadcast")
    else:
        with pytest.raises(ForbiddenError) as caught:
            require(agent(has), needed, "broadcast")
        assert caught.value.status == 403


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        (Maturity.SUPERVISED, "agent 'Scout' is STUDENT: to broadcast needs SUPERVISED or more"),
        (Maturity.AUTONOMOUS, "agent 'Scout' is STUDENT: to broadcast needs AUTONOMOUS"),
    ],
)
def test_the_refusal_says_which_maturity_is_needed(needed: Maturity, says: str) -> None:
    with pytest.raises(ForbiddenError) as caught:
        require(agent(Maturity.STUDENT), needed, "broadcast")
    assert caught.value.detail == says
