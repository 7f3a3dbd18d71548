from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backend.agents.agent import Maturity
from backend.agents.store import AgentStore
from backend.collaboration.collaboration import Status, StepStatus
from backend.collaboration.ledger import Ledger
from backend.collaboration.service import Collaborations, Wanted
from backend.collaboration.store import CollaborationStore
from backend.errors import ConflictError, ForbiddenError, KeyReusedError, NotFoundError
from backend.tests.unit.chat.asking import bench as chatting
from backend.tests.unit.collaboration.support import TASK
from backend.tests.unit.durable.journal import make_durable
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

NOBODY = f"agt_{0:032x}"


@pytest.fixture
async def service(
    engine: AsyncEngine, database_url: str, redis_url: str, clock: VirtualClock
) -> AsyncIterator[Collaborations]:
    """A service in a process that does no durable work: starts are left to others."""
    async with chatting(redis_url) as made:
        yield Collaborations(
            engine,
            agents=AgentStore(engine, clock),
            chat=made.chat,
            durable=make_durable(database_url, {}),
            clock=clock,
        )


@pytest.fixture
def agents(engine: AsyncEngine, clock: VirtualClock) -> AgentStore:
    return AgentStore(engine, clock)


@pytest.fixture
def store(engine: AsyncEngine) -> CollaborationStore:
    return CollaborationStore(engine)


async def several(agents: AgentStore, *maturities: Maturity) -> tuple[str, ...]:
    return tuple([(await agents.create(f"Agent {maturity.title()}", maturity)).id for maturity in maturities])


def wanted(agents: tuple[str, ...], started_by: str | None = None, task: str = TASK) -> Wanted:
    return Wanted(agents=agents, task=task, workflow="sequential", started_by=started_by)


async def test_a_start_is_stored_before_it_is_acknowledged(
    service: Collaborations, agents: AgentStore, store: CollaborationStore
) -> None:
    ids = await several(agents, Maturity.AUTONOMOUS, Maturity.SUPERVISED)
    found = await store.get(await service.start(wanted(ids)))
    assert (found.overview.status, found.overview.agents, found.overview.task) == (Status.STARTED, ids, TASK)
    assert (found.overview.provider, found.overview.model) == ("openai", "gpt-4.1-mini")
    assert [(step.agent, step.agent_name) for step in found.steps] == [
        (ids[0], "Agent Autonomous"),
        (ids[1], "Agent Supervised"),
    ]


async def test_provider_and_model_are_as_wanted(
    service: Collaborations, agents: AgentStore, store: CollaborationStore
) -> None:
    ids = await several(agents, Maturity.AUTONOMOUS, Maturity.AUTONOMOUS)
    asked = Wanted(agents=ids, task=TASK, workflow="review", provider="anthropic", model="a-model")
    found = await store.get(await service.start(asked))
    assert (found.overview.provider, found.overview.model) == ("anthropic", "a-model")
    assert [step.agent for step in found.steps] == [ids[0], ids[1], ids[0]]


@pytest.mark.parametrize("maturity", [Maturity.STUDENT, Maturity.INTERN])
async def test_who_takes_part_is_supervised_at_least(
    service: Collaborations, agents: AgentStore, store: CollaborationStore, maturity: Maturity
) -> None:
    ids = await several(agents, Maturity.AUTONOMOUS, maturity)
    with pytest.raises(ForbiddenError, match=f"{maturity}.*: to join a collaboration needs SUPERVISED or more"):
        await service.start(wanted(ids))
    assert (await store.list()).collaborations == ()


@pytest.mark.parametrize("maturity", [Maturity.STUDENT, Maturity.INTERN, Maturity.SUPERVISED])
async def test_who_starts_is_autonomous(service: Collaborations, agents: AgentStore, maturity: Maturity) -> None:
    starter, *others = await several(agents, maturity, Maturity.SUPERVISED)
    with pytest.raises(ForbiddenError, match="to start a collaboration needs AUTONOMOUS"):
        await service.start(wanted(tuple(others), starter))


async def test_who_starts_need_not_take_part(
    service: Collaborations, agents: AgentStore, store: CollaborationStore
) -> None:
    starter, other = await several(agents, Maturity.AUTONOMOUS, Maturity.SUPERVISED)
    found = await store.get(await service.start(wanted((other,), starter)))
    assert (found.overview.started_by, found.overview.agents) == (starter, (other,))


async def test_unknown_agents_are_named(service: Collaborations, agents: AgentStore) -> None:
    [known] = await several(agents, Maturity.AUTONOMOUS)
    for asked in (wanted((known, NOBODY)), wanted((known,), NOBODY)):
        with pytest.raises(NotFoundError, match=NOBODY):
            await service.start(asked)


async def test_a_key_starts_one_collaboration(
    service: Collaborations, agents: AgentStore, store: CollaborationStore, clock: VirtualClock
) -> None:
    ids = await several(agents, Maturity.AUTONOMOUS)
    first = await service.start(wanted(ids), "key")
    clock.advance(60)
    assert await service.start(wanted(ids), "key") == first
    assert await service.start(wanted(ids), "another") != first
    with pytest.raises(KeyReusedError, match=first):
        await service.start(wanted(ids, task="Something else."), "key")
    assert len((await store.list()).collaborations) == 2


async def test_a_key_starts_nothing_again_that_has_ended(
    service: Collaborations, agents: AgentStore, store: CollaborationStore
) -> None:
    ids = await several(agents, Maturity.AUTONOMOUS)
    first = await service.start(wanted(ids), "key")
    await service.cancel(first)
    assert await service.start(wanted(ids), "key") == first
    assert (await store.get(first)).overview.status is Status.CANCELLED


async def test_cancelled_is_what_has_not_ended(
    service: Collaborations, agents: AgentStore, engine: AsyncEngine, clock: VirtualClock
) -> None:
    started = await service.start(wanted(await several(agents, Maturity.AUTONOMOUS)))
    await Ledger(engine).begin(started, "step-1", "how?", clock.now())
    cancelled = await service.cancel(started)
    assert (cancelled.overview.status, cancelled.overview.ended_at) == (Status.CANCELLED, clock.now())
    assert [step.status for step in cancelled.steps] == [StepStatus.CANCELLED]
    with pytest.raises(ConflictError, match="the collaboration is cancelled"):
        await service.cancel(started)


async def test_nothing_can_be_cancelled_that_is_not_there(service: Collaborations) -> None:
    with pytest.raises(NotFoundError):
        await service.cancel(f"col_{0:032x}")
