"""Starts and cancels collaborations."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.agents.agent import Agent, Maturity
from backend.agents.maturity import require
from backend.agents.store import AgentStore
from backend.chat.service import Chat
from backend.clock import Clock
from backend.collaboration.collaboration import UNFINISHED, Collaboration, Overview, Status, Step
from backend.collaboration.graph import Graph
from backend.collaboration.ledger import Ledger
from backend.collaboration.registry import graph_of
from backend.collaboration.store import CollaborationStore
from backend.collaboration.workflow import WORKFLOW
from backend.database.ids import new_id
from backend.durable.engine import Engine
from backend.errors import ConflictError, KeyReusedError, UnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A collaboration to be.

    Attributes:
        agents: their ids, in the order that the workflow counts them.
        task: what they are to do.
        workflow: the name of one.
        started_by: the agent that starts it; None for the API itself.
        provider: who answers; None is for the default one.
        model: of the provider; None is for its default one.
    """

    agents: tuple[str, ...]
    task: str
    workflow: str
    started_by: str | None = None
    provider: str | None = None
    model: str | None = None


class Collaborations:
    """What the API does with collaborations.

    Every method raises `UnavailableError` when the database cannot be used now.

    Args:
        engine: of the database that they are in.
        agents: tells who takes part.
        chat: knows the providers.
        durable: runs their workflows.
        clock: tells when they are started.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        agents: AgentStore,
        chat: Chat,
        durable: Engine,
        clock: Clock,
    ) -> None:
        self._store = CollaborationStore(engine)
        self._ledger = Ledger(engine)
        self._agents = agents
        self._chat = chat
        self._durable = durable
        self._clock = clock

    async def start(self, wanted: Wanted, key: str | None = None) -> str:
        """Start a collaboration and return its id; when this returns, it survives whatever happens.

        Args:
            wanted: a workflow that there is, for as many agents as there are.
            key: a caller's name for this request; what came with it before is not started again.

        Raises:
            NotFoundError: there is no such agent.
            ForbiddenError: an agent may not start one, or not take part.
            KeyReusedError: the key came with another request before.
        """
        new = await self._make(wanted)
        before = await self._store.create(new, key)
        if before is not None and not _same(before, new.overview):
            raise KeyReusedError(
                f"the Idempotency-Key came with another collaboration, {before.id!r}: send this one with another key"
            )
        begun = before or new.overview
        if begun.status in UNFINISHED:
            with suppress(UnavailableError):  # a sweep starts it, here or in another process
                await self._durable.start(WORKFLOW, begun.id, begun.id)
        return begun.id

    async def cancel(self, id: str) -> Collaboration:  # noqa: A002 - as the attribute is called
        """End a collaboration where it is, and return it: no further call is made, and answers are kept.

        Raises:
            NotFoundError: there is no such collaboration.
            ConflictError: it has ended.
        """
        found = await self._store.get(id)
        if not await self._ledger.end(id, Status.CANCELLED, self._clock.now()):
            status = (await self._store.get(id)).overview.status
            raise ConflictError(f"the collaboration is {status}, and only one that has not ended can be cancelled")
        return await self._store.get(found.overview.id)

    async def _make(self, wanted: Wanted) -> Collaboration:
        agents = [await self._agents.get(agent) for agent in wanted.agents]
        if wanted.started_by is not None:
            require(await self._agents.get(wanted.started_by), Maturity.AUTONOMOUS, "start a collaboration")
        for agent in agents:
            require(agent, Maturity.SUPERVISED, "join a collaboration")
        provider = self._chat.choose(wanted.provider)
        now = self._clock.now()
        overview = Overview(
            id=new_id("col", now),
            workflow=wanted.workflow,
            agents=wanted.agents,
            task=wanted.task,
            started_by=wanted.started_by,
            provider=provider.name,
            model=wanted.model or provider.default_model,
            status=Status.STARTED,
            created_at=now,
        )
        return Collaboration(overview=overview, steps=_steps(graph_of(wanted.workflow, len(agents)), agents))


def _steps(graph: Graph, agents: list[Agent]) -> tuple[Step, ...]:
    return tuple(
        Step(
            id=step.id,
            agent=agents[step.agent - 1].id,
            agent_name=agents[step.agent - 1].name,
            template=step.template,
            after=step.after,
        )
        for step in graph
    )


def _same(one: Overview, other: Overview) -> bool:
    """Tell whether two collaborations were wanted in the same words."""
    return one == replace(
        other, id=one.id, status=one.status, created_at=one.created_at, ended_at=one.ended_at, error=one.error
    )
