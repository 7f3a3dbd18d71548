"""The states of the circuit breakers in this process alone."""

from __future__ import annotations

from backend.outgoing.breakers.state import Admission, Condition, Limits, State, Verdict, admit, settle

MOST_HOSTS = 1000


class InProcess:
    """Keeps the states in memory; the host touched longest ago is forgotten when there are too many.

    Nothing in it waits, so that callers cannot come between reading a state and writing it.

    Args:
        limits: when a breaker changes.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._states: dict[str, State] = {}

    async def admit(self, host: str, token: str, now: int) -> Admission:
        """Let a call through, or not."""
        state, admission = admit(self._states.get(host, State()), token, now, self._limits)
        self._keep(host, state)
        return admission

    async def settle(self, host: str, admission: Admission, verdict: Verdict, now: int) -> None:
        """Take the verdict of a call that was let through."""
        self._keep(host, settle(self._states.get(host, State()), admission, verdict, now, self._limits))

    async def conditions(self, now: int) -> dict[str, Condition]:
        """Return the hosts whose breaker is not closed."""
        conditions = {host: state.condition(now) for host, state in self._states.items()}
        return {host: condition for host, condition in conditions.items() if condition is not Condition.CLOSED}

    def clear(self) -> None:
        """Forget every host."""
        self._states.clear()

    def _keep(self, host: str, state: State) -> None:
        self._states.pop(host, None)
        if state == State():
            return
        self._states[host] = state
        if len(self._states) > MOST_HOSTS:
            del self._states[next(iter(self._states))]
