"""A workflow that writes down what it does, in the process of a test or in one of its own.

python journal.py DATABASE_URL
start ID  ->  "started", then "in second": it stays in its second step, until the process is killed
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.database.engine import make_durable_engine, make_engine
from backend.durable.engine import Engine
from backend.durable.workflow import JSON, Context, Workflow
from backend.settings import Settings

SETTINGS = Settings(adopt_every=0.25)


async def go_on() -> None:
    pass


@dataclass
class Journal:
    """The workflow, and the table that it writes to.

    Attributes:
        engine: bound to the event loop that it was first used on, as that of the service is.
        within: is awaited by the second step after it has written.
        loops: those that any of it ran on.
    """

    engine: AsyncEngine
    within: Callable[[], Awaitable[None]] = go_on
    loops: set[asyncio.AbstractEventLoop] = field(default_factory=set)

    async def create(self) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text("CREATE TABLE journal (id serial PRIMARY KEY, entry text)"))

    async def entries(self) -> list[str]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text("SELECT entry FROM journal ORDER BY id"))).scalars())

    async def write(self, entry: JSON) -> JSON:
        self.loops.add(asyncio.get_running_loop())
        async with self.engine.begin() as connection:
            await connection.execute(text("INSERT INTO journal (entry) VALUES (:entry)"), {"entry": entry})
        return {"wrote": entry}

    async def second(self) -> JSON:
        await self.write("second")
        await self.within()
        return 2

    async def flow(self, context: Context, name: JSON) -> JSON:
        self.loops.add(asyncio.get_running_loop())
        first = await context.step("first", self.write, "first")
        second = await context.step("second", self.second)
        return {"name": name, "first": first, "second": second}

    def workflows(self) -> Mapping[str, Workflow]:
        return {"journal": self.flow}


RESULT: JSON = {"name": "n", "first": {"wrote": "first"}, "second": 2}


def make_durable(url: str, workflows: Mapping[str, Workflow], settings: Settings = SETTINGS) -> Engine:
    """Return an engine that takes a server that has just started for one that runs for long."""
    return Engine(make_durable_engine(url, settings), workflows=workflows, settings=settings, restart_grace=0)


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def work(url: str) -> None:
    async def stay() -> None:
        say("in second")
        await asyncio.Event().wait()

    journal = Journal(make_engine(url, SETTINGS), stay)
    engine = make_durable(url, journal.workflows())
    async with engine.running():
        while line := await asyncio.to_thread(sys.stdin.readline):
            await engine.start("journal", line.split()[1], "n")
            say("started")


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
