"""The states of the circuit breakers in Valkey, where all workers share them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from backend.outgoing.breakers.state import Admission, Condition, Limits, Verdict

if TYPE_CHECKING:
    from redis.asyncio import Redis

# One hash tag, so that both keys of the script are in one slot of a cluster.
UNSETTLED = "{breakers}:unsettled"
KEEP_FOR = 3_600_000
"""Milliseconds, beyond the limits', after which a host that nobody calls is forgotten."""
MOST_LISTED = 100

_SCRIPT = Path(__file__).with_name("breaker.lua").read_text(encoding="utf-8")
_Text: TypeAlias = bytes | str


class Shared:
    """Keeps the states in Valkey; every step is one call of one script, which runs alone.

    Args:
        client: how to reach Valkey; whether it decodes answers does not matter.
        limits: when a breaker changes.

    Its methods raise `redis.RedisError` when Valkey cannot be used.
    """

    def __init__(self, client: Redis, limits: Limits) -> None:
        self._client = client
        self._script = client.register_script(_SCRIPT)
        self._keep_for = KEEP_FOR + limits.open_for + limits.probe_for
        self._limits = (limits.failures, limits.open_for, limits.probe_for, self._keep_for)

    async def admit(self, host: str, token: str, now: int) -> Admission:
        """Let a call through, or not."""
        asked = Admission(token=token, generation="")
        generation, wait = cast("tuple[_Text, int]", await self._step("admit", host, asked, now))
        return Admission(token=token, generation=_decode(generation), wait=wait)

    async def settle(self, host: str, admission: Admission, verdict: Verdict, now: int) -> None:
        """Take the verdict of a call that was let through."""
        await self._step(verdict.value, host, admission, now)

    async def conditions(self, now: int) -> dict[str, Condition]:
        """Return the hosts whose breaker is not closed, at most `MOST_LISTED` of each condition."""
        half_open = await self._hosts(now - self._keep_for, now)
        open_ = await self._hosts(f"({now}", "+inf")
        return dict.fromkeys(half_open, Condition.HALF_OPEN) | dict.fromkeys(open_, Condition.OPEN)

    async def _step(self, step: str, host: str, admission: Admission, now: int) -> object:
        keys = (f"{{breakers}}:host:{host}", UNSETTLED)
        return await self._script(keys, (step, now, admission.token, admission.generation, host, *self._limits))

    async def _hosts(self, low: int | str, high: int | str) -> list[str]:
        names = await self._client.zrange(UNSETTLED, low, high, byscore=True, offset=0, num=MOST_LISTED)
        return [_decode(name) for name in cast("list[_Text]", names)]


def _decode(text: _Text) -> str:
    return text.decode() if isinstance(text, bytes) else text
