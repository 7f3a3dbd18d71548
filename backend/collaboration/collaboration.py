"""A collaboration, and the steps that it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from backend.llm.protocol import Usage

ID_PATTERN: Final = r"^col_[0-9a-f]{32}$"
"""Every collaboration's id matches it."""


class Status(StrEnum):
    """How far a collaboration has come; a `started` one has not asked anybody yet."""

    STARTED = "started"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED: Final = (Status.STARTED, Status.RUNNING)


class StepStatus(StrEnum):
    """How far a step has come.

    A `pending` one waits for others, or for its next attempt. A `skipped` one was not asked, as one
    that it needs had failed.
    """

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question to one agent's provider.

    Attributes:
        id: names it among the steps of the collaboration.
        agent: the id of the agent.
        agent_name: that it had when the collaboration was started.
        template: the prompt, with places for the task and for answers; see `prompts`.
        after: the steps that must have succeeded before.
        status: how far it has come.
        prompt: what was asked; None before.
        answer: None before there is one.
        model: that answered, as the provider names it.
        usage: of the attempt that succeeded.
        attempts: how often it was begun, those that a crash cut off included.
        failures: how many of them failed.
        next_attempt_at: when it is tried again, where it failed.
        started_at, ended_at: of the first attempt, and of the last.
        error: of the last attempt that failed.
    """

    id: str
    agent: str
    agent_name: str
    template: str
    after: tuple[str, ...] = ()
    status: StepStatus = StepStatus.PENDING
    prompt: str | None = None
    answer: str | None = None
    model: str | None = None
    usage: Usage | None = None
    attempts: int = 0
    failures: int = 0
    next_attempt_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A collaboration without its steps.

    Attributes:
        id: matches `ID_PATTERN`; ids of those that were started later sort behind it, to the millisecond.
        workflow: its name.
        agents: their ids, in the order that the workflow counts them.
        task: what they are to do.
        started_by: the agent that started it; None for the API itself.
        provider, model: who answers.
        status: how far it has come.
        created_at, ended_at: when it was started, and when it ended.
        error: why it failed.
    """

    id: str
    workflow: str
    agents: tuple[str, ...]
    task: str
    started_by: str | None
    provider: str
    model: str
    status: Status
    created_at: datetime
    ended_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration:
    """A collaboration with its steps, in the order of its workflow: each stands behind those that it needs."""

    overview: Overview
    steps: tuple[Step, ...]
