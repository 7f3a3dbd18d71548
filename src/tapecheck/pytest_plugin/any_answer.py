"""Whatever a provider may answer, put to code: the value of the fixture `generated`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING

from tapecheck.errors import UsageError

if TYPE_CHECKING:
    from hypothesis import settings

    from tapecheck.contracts import Contracts
    from tapecheck.generation.drawn import DrawnSource
    from tapecheck.testing.making import Answering
    from tapecheck.testing.playing import Playing

Refusals = tuple[type[BaseException], ...]


class Generated:
    """What providers may answer: `generated("a-provider", "an.operation").check(lambda: ask("hello"))`.

    Args:
        contracts: returns those of the project; called when the first answers are asked for.
    """

    def __init__(self, contracts: Callable[[], Contracts]) -> None:
        self._contracts = contracts

    def __call__(
        self,
        provider: str,
        operation: str,
        *,
        stream: bool | None = None,
        surprises: bool = True,
        examples: int | None = None,
    ) -> GeneratedAnswers:
        """Return all that a provider may answer to an operation, of which code can be given one after the other.

        Args:
            provider: whose answers.
            operation: its name in the contract.
            stream: whether only the requests that ask for a stream are answered, or only those that do not; None is for
                both, each with what it asks for.
            surprises: whether to make also what the contract allows without knowing it: fields that it does not
                declare, values that sets which grow do not list yet.
            examples: how many; None is for as many as the profile of Hypothesis says.

        Raises:
            ContractError: a contract is broken.
            UsageError: there is no such provider or operation.
        """
        from tapecheck.generation import Generator
        from tapecheck.testing.answering import matching
        from tapecheck.testing.making import Answering

        contracts = self._contracts()
        match = matching(contracts, provider, operation)
        answering = Answering(match, Generator(match.contract, surprises=surprises))
        return GeneratedAnswers(contracts, answering, stream=stream, examples=examples)


class GeneratedAnswers:
    """All that a provider may answer to one operation.

    Args:
        contracts: of all providers.
        answering: makes the answers.
        stream: whether only requests that ask for a stream are answered, or only others; None is for both.
        examples: how many; None is for as many as the profile of Hypothesis says.
    """

    def __init__(
        self, contracts: Contracts, answering: Answering, *, stream: bool | None, examples: int | None
    ) -> None:
        self._contracts = contracts
        self._answering = answering
        self._stream = stream
        self._examples = examples

    def check(self, code: Callable[[], object], *, allowed: Refusals = ()) -> None:
        """Run code once for each of many answers; what it raises fails the test, and the smallest such answer is shown.

        While it runs, requests of this process's clients for the operation are answered so, and no others.

        Args:
            code: asks the operation, and does with the answer what it does.
            allowed: exceptions that are an honest refusal of an answer, and no failure.

        Raises:
            UsageError: the code never asks the operation, so that nothing is tested.
        """
        from hypothesis import given

        from tapecheck.generation.drawn import made

        asked = 0

        @self._settings()
        @given(made(self._playing))
        def whatever_is_answered(playing: Playing) -> None:
            nonlocal asked
            try:
                _run(code, playing, allowed)
            finally:
                asked += playing.asked

        whatever_is_answered()
        if not asked:
            raise self._never_asked()

    async def check_async(self, code: Callable[[], Awaitable[object]], *, allowed: Refusals = ()) -> None:
        """Do the same with code that is awaited, in the running event loop of asyncio.

        Args:
            code: asks the operation, and does with the answer what it does.
            allowed: exceptions that are an honest refusal of an answer, and no failure.

        Raises:
            UsageError: the code never asks the operation, so that nothing is tested.
        """
        running = _InLoop(code, asyncio.get_running_loop())
        # Hypothesis calls and does not await: it gets a thread of its own, and the code stays in the loop.
        try:
            await asyncio.to_thread(self.check, running, allowed=allowed)
        finally:
            running.abandon()

    def _playing(self, source: DrawnSource) -> Playing:
        from tapecheck.testing.playing import Playing

        return Playing(self._contracts, self._answering, source, stream=self._stream)

    def _settings(self) -> settings:
        from hypothesis import HealthCheck, Phase, settings

        known = settings()
        return settings(
            max_examples=self._examples or known.max_examples,
            phases=[phase for phase in known.phases if phase in (Phase.generate, Phase.shrink)],
            database=None,  # no test of ours is to leave files in the project of another
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),  # they are about strategies, and this one is ours
        )

    def _never_asked(self) -> UsageError:
        match = self._answering.match
        kind = {None: "", True: " for a stream", False: " for an answer in one piece"}[self._stream]
        return UsageError(
            f"the code never asked {match.operation.name!r} of {match.contract.provider!r}{kind}, so that no generated "
            "answer was tested",
            hint="Does it answer from a cache or a mock, or ask another operation or host? "
            "Requests of httpx, httpx2 and requests are answered, in this process.",
        )


class _AbandonedError(BaseException):
    """Nobody waits for the result any more; Hypothesis takes any `Exception` for a finding, and goes on."""


class _InLoop:
    """Runs code in an event loop, and is called from another thread.

    Args:
        code: returns what is awaited.
        loop: that runs.
    """

    def __init__(self, code: Callable[[], Awaitable[object]], loop: asyncio.AbstractEventLoop) -> None:
        self._code = code
        self._loop = loop
        self._lock = Lock()
        self._running: Future[object] | None = None
        self._is_abandoned = False

    def __call__(self) -> object:
        """Run the code to its end.

        Raises:
            _AbandonedError: it is not to run any more.
        """
        with self._lock:
            if self._is_abandoned:
                raise _AbandonedError
            running = self._running = asyncio.run_coroutine_threadsafe(self._once(), self._loop)
        return running.result()

    def abandon(self) -> None:
        """Stop what runs, and run nothing more."""
        with self._lock:  # or what the loop has begun, and the thread not yet noted, would be waited for for ever
            self._is_abandoned = True
            if self._running is not None:
                self._running.cancel()

    async def _once(self) -> object:
        return await self._code()


def _run(code: Callable[[], object], playing: Playing, allowed: Refusals) -> None:
    """Run code with generated answers, and note them should it fail."""
    from hypothesis import note

    from tapecheck.intercepting import Interception

    with Interception(playing.answer) as interception:
        try:
            code()
        except allowed:
            pass
        finally:
            for answer in playing.answers:
                note(str(answer))
            if playing.stopped is not None:  # the code may have made something else of it
                raise playing.stopped
    for problem in interception.problems:
        raise problem
