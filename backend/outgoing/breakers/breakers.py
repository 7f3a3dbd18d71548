"""The circuit breakers of all hosts, as callers see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from backend.clock import Clock, Deadline
from backend.errors import AddressRefusedError, Problem, UnavailableError
from backend.outgoing.breakers.availability import Availability
from backend.outgoing.breakers.in_process import InProcess
from backend.outgoing.breakers.shared import Shared
from backend.outgoing.breakers.state import Admission, Condition, Limits, Store, Verdict

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")

LONGEST_NAME = 300
"""Characters: 253 of a host (RFC 1035, section 2.3.4), 6 of a port, 8 of a scheme, and the words of a caller."""
SLACK = 0.001
"""Seconds that may be left of a deadline when asyncio ends it, which it does up to its clock's resolution too early."""


class Mode(StrEnum):
    """Where the states of the breakers are."""

    SHARED = "shared"
    """In Valkey: all workers act as one."""

    IN_PROCESS = "in-process"
    """In this worker: each counts failures, and sends probes, of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Permit:
    """A call that was let through or refused, and who decided so."""

    host: str
    admission: Admission
    store: Store


class Breakers:
    """The circuit breakers of all hosts, shared by all workers while Valkey can be used.

    When it cannot, breakers in this process take over, and Valkey is tried again after a second, by one call at a time.
    Neither side learns what the other knows: those in the process start closed each time, and Valkey goes on with what
    it knew. A verdict goes to the side that let the call through, and is lost while that cannot be reached; a probe
    whose verdict is lost, or that Valkey let through when its caller had stopped waiting, makes way after `probe_for`.

    The time is the clock's time of day, since the monotonic clocks of two machines have nothing in common: the clocks
    of all workers are taken to agree within a second or so, by which a breaker may be open for longer or shorter.

    Args:
        client: how to reach Valkey. Its time-outs bound what a call loses when Valkey hangs; it should not retry, since
            a step that is run twice counts a failure twice.
        clock: tells the time.
        failures: so many in a row open a host's breaker.
        open_for: seconds until an open breaker lets a probe through.
        probe_for: seconds after which a probe that is undecided makes way for another; more than any call may take.
    """

    def __init__(self, client: Redis, clock: Clock, *, failures: int, open_for: float, probe_for: float) -> None:
        limits = Limits(failures=failures, open_for=_milliseconds(open_for), probe_for=_milliseconds(probe_for))
        self._clock = clock
        self._shared = Shared(client, limits)
        self._in_process = InProcess(limits)
        self._valkey = Availability(clock, on_return=self._in_process.clear)
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def mode(self) -> Mode:
        """Return where the states are, as the last call found it."""
        return Mode.IN_PROCESS if self._valkey.lost else Mode.SHARED

    async def states(self) -> dict[str, Condition]:
        """Return the hosts whose breaker is not closed; of very many, a part."""
        if self._valkey.may_try():
            with self._valkey.trying():
                return await self._shared.conditions(self._now())
        return await self._in_process.conditions(self._now())

    @asynccontextmanager
    async def permit(self, name: str, deadline: Deadline | None = None) -> AsyncIterator[None]:
        """Let a call of a host take place within the context, and learn from how that ends.

        A `Problem` that blames the host counts as a failure; any other, and an end without one, as a success. No
        verdict comes from `AddressRefusedError` and `UnavailableError`, where the host was not asked, from a
        cancellation, and from what is not a `Problem`.

        Args:
            name: of the breaker, made of the `origin` of the host; upper and lower case are the same.
            deadline: a cancellation after it counts as a failure, the host not having answered in time.

        Raises:
            UnavailableError: the breaker is open, or a probe is under way; `retry_after` says when to ask again.
        """
        permit = await self._ask(name.lower()[:LONGEST_NAME])
        verdict = Verdict.SUCCESS
        try:
            yield
        except BaseException as error:
            verdict = _judge(error, deadline)
            raise
        finally:
            await asyncio.shield(self._start(self._settle(permit, verdict)))

    async def aclose(self) -> None:
        """Wait for the verdicts that are still on their way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _ask(self, host: str) -> _Permit:
        asking = self._start(self._admit(host))
        try:
            permit = await asyncio.shield(asking)
        except asyncio.CancelledError:
            # Valkey may have said yes already, and nobody will use it.
            self._start(self._give_back(asking))
            raise
        if permit.admission.wait:
            seconds = permit.admission.wait / 1000
            raise UnavailableError(
                f"the circuit breaker of {host} is open after too many failures; ask again in {seconds:g} s",
                retry_after=seconds,
            )
        return permit

    async def _admit(self, host: str) -> _Permit:
        token = uuid4().hex
        if self._valkey.may_try():
            with self._valkey.trying():
                admission = await self._shared.admit(host, token, self._now())
                return _Permit(host=host, admission=admission, store=self._shared)
        admission = await self._in_process.admit(host, token, self._now())
        return _Permit(host=host, admission=admission, store=self._in_process)

    async def _settle(self, permit: _Permit, verdict: Verdict) -> None:
        if permit.store is not self._shared:
            await permit.store.settle(permit.host, permit.admission, verdict, self._now())
        elif self._valkey.may_try():
            with self._valkey.trying():
                await permit.store.settle(permit.host, permit.admission, verdict, self._now())

    async def _give_back(self, asking: asyncio.Task[_Permit]) -> None:
        await self._settle(await asking, Verdict.NONE)

    def _start(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Start what a cancellation of the caller must not stop."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _now(self) -> int:
        return _milliseconds(self._clock.now().timestamp())


def _judge(error: BaseException, deadline: Deadline | None) -> Verdict:
    """Return what the error that ended a call tells about its host."""
    if isinstance(error, asyncio.CancelledError):
        return Verdict.FAILURE if deadline and deadline.remaining() < SLACK else Verdict.NONE
    if not isinstance(error, Problem) or isinstance(error, AddressRefusedError | UnavailableError):
        return Verdict.NONE
    return Verdict.FAILURE if error.blames_host else Verdict.SUCCESS


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
