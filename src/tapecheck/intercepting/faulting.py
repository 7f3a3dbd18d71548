"""Faults that befall a test's requests, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from ipaddress import ip_address
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tapecheck.errors import FaultError
from tapecheck.faults import Fault, Needs, Reply, find_fault
from tapecheck.model import Request, Response

if TYPE_CHECKING:
    from tapecheck.contracts import Contracts
    from tapecheck.intercepting.victims import Victim, Victims


@dataclass(slots=True, kw_only=True)
class _Plan:
    """Faults in the order in which they befall requests; None stands for a request that none befalls.

    Attributes:
        faults: one after the other.
        times: how often all of them; None is for ever.
        provider, operation: whom they befall; None is for any.
        turns: how many requests have had their turn.
        missed: whether a request could not have the fault whose turn it was.
    """

    faults: tuple[Fault | None, ...]
    times: int | None
    provider: str | None
    operation: str | None
    turns: int = 0
    missed: bool = False

    @property
    def is_over(self) -> bool:
        return self.times is not None and self.turns >= len(self.faults) * self.times

    @property
    def next(self) -> Fault | None:
        return self.faults[self.turns % len(self.faults)]

    def concerns(self, victim: Victim) -> bool:
        return self.provider in (None, victim.provider) and self.operation in (None, victim.operation)

    def left(self) -> list[str]:
        """Return the names of the faults that have not come, though they should have."""
        expected = self.faults[:1] if self.times is None else self.faults * self.times
        return [fault.name for fault in expected[self.turns :] if fault is not None]


class Faults:
    """What goes wrong with the requests of one test.

    A fault befalls the answer that the tape has for the request, or else the plainest one that the contract allows.
    When all faults have come, the tape answers again. Requests to this machine itself are left alone, unless a contract
    or the tape knows them.

    Args:
        contracts: returns those of the project; called when the first fault comes.
        tape: returns what a cassette has for a request, None where it has nothing.
    """

    def __init__(self, contracts: Callable[[], Contracts], tape: Callable[[Request], Response | None]) -> None:
        self._contracts = contracts
        self._tape = tape
        self._plans: Final[list[_Plan]] = []
        self._lock = Lock()

    def add(
        self,
        fault: str | Fault,
        *,
        times: int | None = 1,
        provider: str | None = None,
        operation: str | None = None,
    ) -> None:
        """Let a fault befall the next requests, when the faults that were asked for before have come.

        Args:
            fault: or its name.
            times: how many requests; None is for all.
            provider: whose requests; None is for any.
            operation: of the provider, as its contract names it; None is for any.

        Raises:
            FaultError: there is no such fault.
        """
        self.sequence(fault, times=times, provider=provider, operation=operation)

    def sequence(
        self,
        *faults: str | Fault | None,
        times: int | None = 1,
        provider: str | None = None,
        operation: str | None = None,
    ) -> None:
        """Let faults befall the next requests, one each.

        Args:
            faults: or their names; None is for a request that none befalls.
            times: how often the whole sequence; None is for ever.
            provider: whose requests; None is for any.
            operation: of the provider, as its contract names it; None is for any.

        Raises:
            FaultError: there is no such fault, no contract of the provider, or no such operation.
            ContractError: a contract is broken.
        """
        found = tuple(map(_fault, faults))
        if not any(found):
            raise FaultError("no fault is named", hint="Name one, such as 'read-timeout'.")
        if times is not None and not _is_count(times):
            raise FaultError(f"a fault cannot come {times!r} times", hint="Expected 1 or more, or None for always.")
        if provider is not None or operation is not None:
            _check_names(self._contracts(), provider, operation)
        self._plans.append(_Plan(faults=found, times=times, provider=provider, operation=operation))

    def answer(self, request: Request) -> Reply | None:
        """Return what is played to a client; None where no fault befalls its request.

        Raises:
            FaultError: the fault whose turn it is cannot befall the answer, or there is no answer that it could befall.
            GenerationError: the contract allows no example.
            ContractError: a contract is broken.
        """
        with self._lock:
            plans = [plan for plan in self._plans if not plan.is_over]
            if not plans:
                return None
            victim = self._victims.find(request)
            if victim.contract is None and victim.recorded is None and _is_here(request.uri):
                return None
            return _befallen(victim, [plan for plan in plans if plan.concerns(victim)])

    def unused(self) -> list[str]:
        """Return in words which faults have not come: a test of a fault that never came proves nothing."""
        return [_words(plan) for plan in self._plans if plan.left()]

    @cached_property
    def _victims(self) -> Victims:
        from tapecheck.intercepting.victims import Victims

        return Victims(self._contracts(), self._tape)


def _is_count(times: object) -> bool:
    return isinstance(times, int) and times >= 1  # a marker may hold anything


def _check_names(contracts: Contracts, provider: str | None, operation: str | None) -> None:
    """See that a fault can befall whom it is meant for.

    Raises:
        FaultError: no contract knows the provider or the operation.
    """
    if provider is not None and provider not in contracts.by_provider:
        raise FaultError(f"there is no contract of {provider!r}", hint=_nearest(provider, contracts.by_provider))
    meant = [one for one in contracts if provider in (None, one.provider)]
    known = {one.name for contract in meant for one in contract.operations}
    if operation is not None and operation not in known:
        owner = "any contract" if provider is None else f"the contract of {provider!r}"
        raise FaultError(f"there is no operation {operation!r} in {owner}", hint=_nearest(operation, known))


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=3)
    return f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(sorted(known))}."


def _fault(named: str | Fault | None) -> Fault | None:
    if named is None or isinstance(named, Fault):
        return named
    return find_fault(str(named))  # a number, say, which a name was meant to hold


def _befallen(victim: Victim, plans: list[_Plan]) -> Reply | None:
    """Let the first fault come that can; one that cannot befall this answer waits for another one."""
    for plan in plans:
        if (fault := plan.next) is None:
            plan.turns += 1
            return None
        reply = _spoilt(fault, victim)
        if fault.befalls(reply):
            plan.turns += 1
            return fault.apply(reply, victim.shapes(reply.framing))
        plan.missed = True
    return None


def _spoilt(fault: Fault, victim: Victim) -> Reply:
    """Return the reply that a fault befalls."""
    if fault.needs is Needs.NOTHING:
        return Reply(status=200)
    if victim.reply is not None:
        return victim.reply
    raise FaultError(
        f"the fault {fault.name!r} befalls an answer, and for {victim.host} there is none on tape and no contract",
        hint="Record the answer, or choose a fault that needs none, such as 'read-timeout'.",
    )


def _words(plan: _Plan) -> str:
    names = " and ".join(dict.fromkeys(repr(name) for name in plan.left()))
    many = f", {len(plan.left())} times" if len(plan.left()) > 1 else ""
    whom = " ".join(filter(None, (plan.provider, plan.operation)))
    why = ", as no answer was of a kind that it befalls" if plan.missed else ""
    return f"the fault {names}{many}{f' for {whom}' if whom else ''}{why}"


def _is_here(uri: str) -> bool:
    """Tell whether a URI leads to this machine."""
    host = urlsplit(uri).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
