"""Writers that race in two processes, and replicas that follow them, as hypothesis wants them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from pydantic import JsonValue
from sqlalchemy import text

from backend.clock import SystemClock
from backend.errors import NotFoundError, OutdatedError
from backend.shared.document import Space, Version
from backend.shared.history import Feed, Page
from backend.shared.merging import merge
from backend.tests.unit.shared.processes import Process, process
from backend.tests.unit.shared.sharing import write

ALL: Final = Feed(space=Space.STATE)
NAMES: Final = ("a", "b", "c")
VALUES = st.dictionaries(st.sampled_from("xyz"), st.none() | st.integers(0, 2), max_size=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A write to be: by which process, to what, and how many versions before the current one its writer has read."""

    process: int
    name: str
    value: dict[str, int | None]
    behind: int | None
    merge: bool


ATTEMPTS = st.builds(
    Attempt,
    process=st.integers(0, 1),
    name=st.sampled_from(NAMES),
    value=VALUES,
    behind=st.none() | st.integers(0, 2),
    merge=st.booleans(),
)


@dataclass(slots=True)
class Replica:
    """What somebody knows who follows all changes."""

    cursor: int = 0
    current: dict[str, Version] = field(default_factory=dict)

    def take(self, page: Page) -> None:
        for each in page.versions:
            assert each.revision == self.cursor + 1 or page.snapshot
            assert each.revision > self.cursor
            self.cursor = each.revision
            self.current[each.name] = each


class Schedule(RuleBasedStateMachine):
    """Every batch of writes happens at once, in whatever order the database makes of it.

    Attributes:
        url: of the database; a test makes a subclass that has it.
    """

    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._open = AsyncExitStack()
        self._written: dict[tuple[str, int], Version] = {}
        self._polled, self._followed = Replica(), Replica()

    @initialize(kept=st.sampled_from([1, 3, 1000]))
    def begin(self, kept: int) -> None:
        self._kept = kept
        self._runner.run(self._begin())

    @rule(attempts=st.lists(ATTEMPTS, min_size=1, max_size=8))
    def race(self, attempts: list[Attempt]) -> None:
        self._runner.run(self._race(attempts))

    @rule()
    def poll(self) -> None:
        self._polled.take(self._runner.run(self._processes[0].watcher.next(ALL, self._polled.cursor, 0)))

    def teardown(self) -> None:
        try:
            self._runner.run(self._compare())
        finally:
            self._runner.run(self._open.aclose())
            self._runner.close()

    async def _begin(self) -> None:
        opened = [process(self.url, SystemClock(), kept=self._kept) for _ in range(2)]
        self._processes: list[Process] = [await self._open.enter_async_context(each) for each in opened]
        async with self._processes[0].engine.begin() as connection:
            await connection.execute(text("TRUNCATE shared_spaces, shared_documents, shared_versions"))
        self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        async with aclosing(self._processes[1].watcher.follow(ALL, 0)) as pages:
            async for page in pages:
                self._followed.take(page)

    async def _race(self, attempts: list[Attempt]) -> None:
        count = {name: max((version for of, version in self._written if of == name), default=0) for name in NAMES}
        wishes = [(each, None if each.behind is None else max(0, count[each.name] - each.behind)) for each in attempts]
        outcomes = await asyncio.gather(*[self._attempt(*wish) for wish in wishes])
        for version in outcomes:
            if version is not None:
                assert (version.name, version.version) not in self._written
                self._written[version.name, version.version] = version
        for (each, read), version in zip(wishes, outcomes, strict=True):
            if version is not None:
                assert version.value == self._expected(each, read, version)

    async def _attempt(self, wish: Attempt, read: int | None) -> Version | None:
        store = self._processes[wish.process].store
        try:
            return await write(store, wish.name, dict(wish.value), read=read, merge=wish.merge and read is not None)
        except OutdatedError:
            return None

    def _expected(self, wish: Attempt, read: int | None, version: Version) -> JsonValue:
        """What has to come of a write, now that it is known behind which version it came."""
        if read is None or read == version.version - 1:
            return dict(wish.value)
        assert wish.merge
        base = self._written[wish.name, read].value if read else {}
        merged = merge(base, self._written[wish.name, version.version - 1].value, dict(wish.value))
        assert not merged.conflicts
        return merged.value

    async def _compare(self) -> None:
        written = sorted(self._written.values(), key=lambda each: each.revision)
        assert [each.revision for each in written] == list(range(1, len(written) + 1))
        while (page := await self._processes[0].watcher.next(ALL, self._polled.cursor, 0)).versions:
            self._polled.take(page)
        async with asyncio.timeout(60):
            while self._followed.cursor < len(written) and not self._following.done():
                await asyncio.sleep(0.001)
        for name in NAMES:
            of_name = [each for each in written if each.name == name]
            assert [each.version for each in of_name] == list(range(1, len(of_name) + 1))
            current = of_name[-1] if of_name else None
            assert await self._stored(name) == current
            assert self._polled.current.get(name) == current
            assert self._followed.current.get(name) == current
        self._processes[1].notifications.end()
        await self._following

    async def _stored(self, name: str) -> Version | None:
        try:
            return await self._processes[0].store.get(name)
        except NotFoundError:
            return None
