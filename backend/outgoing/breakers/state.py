"""What a circuit breaker remembers of a host, and how that changes: pure, with the time passed in.

```
closed ── enough failures in a row ──> open ── `open_for` has passed ──> half-open
   ^                                    ^                                  │ lets one probe through at a time
   └───────── the probe succeeds ───────┼──────────────────────────────────┤
                                        └──────── the probe fails ─────────┘
```

`breaker.lua` is the twin of this module on Valkey; a test holds them to the same answers.
All times are milliseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

PROBE_PAUSE = 1000
"""Milliseconds after which to ask again while a probe is under way: it may be decided at any moment."""


class Condition(StrEnum):
    """What a breaker does with the next call."""

    CLOSED = "closed"
    """Lets every call through."""

    OPEN = "open"
    """Refuses every call."""

    HALF_OPEN = "half-open"
    """Lets one call through, the probe, which decides."""


class Verdict(StrEnum):
    """What a call tells about its host."""

    SUCCESS = "success"
    FAILURE = "failure"
    NONE = "none"
    """Nothing: the call was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a breaker changes.

    Attributes:
        failures: so many in a row open it.
        open_for: milliseconds until an open one lets a probe through.
        probe_for: milliseconds after which an undecided probe makes way for another, its worker having died.
    """

    failures: int
    open_for: int
    probe_for: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is remembered of one host.

    Attributes:
        failures: in a row, while closed.
        generation: changes whenever the breaker opens or closes, so that a slow call from before has no say;
            it is the token of the call that brought the change.
        until: when an open breaker becomes half-open; None while closed.
        probe: the token of the call that was let through as the probe, None when there is none.
        probe_until: when this probe makes way for another.
    """

    failures: int = 0
    generation: str = ""
    until: int | None = None
    probe: str | None = None
    probe_until: int = 0

    def condition(self, now: int) -> Condition:
        """Return what the breaker does with a call that comes now."""
        if self.until is None:
            return Condition.CLOSED
        return Condition.OPEN if now < self.until else Condition.HALF_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The answer to a call that asks to be let through.

    Attributes:
        token: names the call; never used twice.
        generation: of the breaker, when the call asked.
        wait: milliseconds after which to ask again; 0 when the call is let through.
    """

    token: str
    generation: str
    wait: int = 0


class Store(Protocol):
    """Where the states of all hosts are kept."""

    async def admit(self, host: str, token: str, now: int) -> Admission:
        """Let a call through, or not."""

    async def settle(self, host: str, admission: Admission, verdict: Verdict, now: int) -> None:
        """Take the verdict of a call that was let through."""

    async def conditions(self, now: int) -> dict[str, Condition]:
        """Return the hosts whose breaker is not closed."""


def admit(state: State, token: str, now: int, limits: Limits) -> tuple[State, Admission]:
    """Return the answer to a call, and the state after it."""
    admission = Admission(token=token, generation=state.generation)
    if state.until is None:
        return state, admission
    if now < state.until:
        return state, replace(admission, wait=state.until - now)
    # A client that lost the answer may ask again for the same call.
    if state.probe not in (None, token) and now < state.probe_until:
        return state, replace(admission, wait=min(PROBE_PAUSE, state.probe_until - now))
    return replace(state, probe=token, probe_until=now + limits.probe_for), admission


def settle(state: State, admission: Admission, verdict: Verdict, now: int, limits: Limits) -> State:
    """Return the state after the verdict of a call; that of a call which no longer has a say changes nothing."""
    if state.until is None:
        return _settle_closed(state, admission, verdict, now, limits)
    if state.probe != admission.token:
        return state
    if verdict is Verdict.SUCCESS:
        return State(generation=admission.token)
    if verdict is Verdict.FAILURE:
        return _open(admission.token, now, limits)
    return replace(state, probe=None, probe_until=0)


def _settle_closed(state: State, admission: Admission, verdict: Verdict, now: int, limits: Limits) -> State:
    if state.generation != admission.generation or verdict is Verdict.NONE:
        return state
    if verdict is Verdict.SUCCESS:
        return replace(state, failures=0)
    if state.failures + 1 >= limits.failures:
        return _open(admission.token, now, limits)
    return replace(state, failures=state.failures + 1)


def _open(generation: str, now: int, limits: Limits) -> State:
    return State(generation=generation, until=now + limits.open_for)
