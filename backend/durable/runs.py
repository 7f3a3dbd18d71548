"""The workflows that run in this process, and what each of them is handed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import cast

from dbos import DBOS, PortableWorkflowError

from backend.durable.workflow import JSON, Workflow
from backend.errors import StepError


class Runs:
    """All of them; they are cut, and not finished, when the process stops."""

    def __init__(self) -> None:
        self.ending = False
        self._runs: dict[asyncio.Task[object], Run] = {}

    def ids(self) -> Collection[str]:
        """Return the ids of the workflows."""
        return {run.id for run in tuple(self._runs.values())}

    async def run(self, workflow: Workflow, id: str, arguments: Sequence[JSON]) -> JSON:  # noqa: A002 - as `start` has it
        """Run a workflow in the current task until it is done, or cut."""
        if self.ending:
            raise asyncio.CancelledError
        task = cast("asyncio.Task[object]", asyncio.current_task())
        run = self._runs[task] = Run(id, self)
        task.add_done_callback(lambda done: self._runs.pop(done, None))
        try:
            return await workflow(run, *arguments)
        finally:
            run.steps += 1  # what is left is to keep the result, which is not to be cut either

    def cut(self, id: str) -> None:  # noqa: A002
        """End a workflow where it is."""
        for task, run in tuple(self._runs.items()):
            if run.id == id:
                task.cancel()

    async def end(self, grace: float) -> None:
        """Cut all of them, after the steps under way have ended or the seconds have passed."""
        self.ending = True
        tasks = dict(self._runs)
        for task, run in tasks.items():
            if run.steps == 0:
                task.cancel()
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=grace)


class Run:
    """A workflow that runs; the `Context` that it is handed.

    Attributes:
        steps: how many of its steps are under way.
    """

    def __init__(self, id: str, runs: Runs) -> None:  # noqa: A002
        self._id = id
        self._runs = runs
        self.steps = 0

    @property
    def id(self) -> str:
        """The id that the workflow was started with."""
        return self._id

    async def step(self, name: str, function: Callable[..., Awaitable[JSON]], *arguments: JSON) -> JSON:
        """Do something once, and keep what it returned: see `Context`."""

        async def attempt() -> JSON:
            try:
                return await function(*arguments)
            except Exception as failure:
                raise StepError(f"{type(failure).__name__}: {failure}") from failure

        self._go_on()
        self.steps += 1
        try:
            return await DBOS.run_step_async({"name": name}, attempt)
        except PortableWorkflowError as kept:
            raise StepError(kept.message) from None
        finally:
            self.steps -= 1

    async def sleep(self, seconds: float) -> None:
        """Wait: see `Context`."""
        self._go_on()
        await DBOS.sleep_async(seconds)

    def _go_on(self) -> None:
        if self._runs.ending:
            raise asyncio.CancelledError
