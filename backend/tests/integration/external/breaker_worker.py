"""A worker process with callers of one host; a test tells it on stdin, line by line, what happens, and what time it is.

python breaker_worker.py REDIS_URL
{"do": "call", "at": SECONDS, "callers": N}  ->  {"inside": N, "refused": N, "mode": "..."}   once each caller knows
{"do": "end", "at": SECONDS, "up": true}     ->  {"inside": 0, ...}                           once each verdict is told
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from backend.errors import UnavailableError, UpstreamError
from backend.outgoing.breakers.breakers import Breakers
from backend.tests.virtual_clock import VirtualClock


@dataclass
class Callers:
    """Callers that stay within their permits until they are told how the host answers."""

    breakers: Breakers
    inside: int = 0
    refused: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    answer: asyncio.Event = field(default_factory=asyncio.Event)
    up: bool = False

    async def begin(self, number: int) -> None:
        self.refused = 0
        self.answer.clear()
        known = [asyncio.Event() for _ in range(number)]
        self.tasks += [asyncio.create_task(self._call(each)) for each in known]
        await asyncio.gather(*(each.wait() for each in known))

    async def end(self, up: bool) -> None:
        self.up = up
        self.answer.set()
        await asyncio.gather(*self.tasks)
        self.tasks.clear()

    async def _call(self, known: asyncio.Event) -> None:
        try:
            async with self.breakers.permit("api.example.com"):
                self.inside += 1
                known.set()
                await self.answer.wait()
                self.inside -= 1
                if not self.up:
                    raise UpstreamError("down")
        except UnavailableError:
            self.refused += 1
            known.set()
        except UpstreamError:
            pass


async def work(url: str) -> None:
    clock = VirtualClock()
    # No time-out that a busy machine could reach: here Valkey is there, or its port is closed.
    async with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=60, socket_connect_timeout=60) as client:
        callers = Callers(Breakers(client, clock, failures=5, open_for=30, probe_for=150))
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            clock.advance(command["at"] - clock.monotonic())
            await (callers.begin(command["callers"]) if command["do"] == "call" else callers.end(command["up"]))
            found = {"inside": callers.inside, "refused": callers.refused, "mode": callers.breakers.mode}
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
