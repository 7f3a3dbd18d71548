"""Trying again what may succeed the next time, with growing pauses, until a deadline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from backend.clock import Chance, Clock, Deadline
from backend.errors import Problem, TimedOutError
from backend.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, and after which pauses, something is tried again.

    Attributes:
        retries: attempts after the first.
        initial: seconds before the first retry, doubled for each further one.
        maximum: the most of these seconds.
        jitter: the most seconds that chance adds, so that callers who failed together do not return together.
    """

    retries: int
    initial: float
    maximum: float
    jitter: float

    @classmethod
    def of(cls, settings: Settings, retries: int) -> Self:
        """Return the policy of the settings, for so many retries."""
        return cls(
            retries=retries,
            initial=settings.backoff_initial,
            maximum=settings.backoff_max,
            jitter=settings.backoff_jitter,
        )

    def backoff(self, retry: int, chance: Chance) -> float:
        """Return the seconds to wait before a retry; the first is number 0."""
        # 2.0 ** 1024 overflows; by then the maximum has long been reached.
        return min(self.maximum, self.initial * 2.0 ** min(retry, 1000)) + self.jitter * chance()


class Retrier:
    """Runs attempts until one succeeds or nothing is gained by another.

    Args:
        clock: lets the pauses pass.
        chance: draws the jitter.
    """

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance

    async def run(self, policy: RetryPolicy, attempt: Callable[[], Awaitable[T]], deadline: Deadline) -> T:
        """Return what the first successful attempt returns.

        A `Problem` that is `transient` is tried again, after the backoff or the `retry_after` of the problem,
        whichever is longer. A pause that would use up the deadline is not begun: the problem is raised at once.

        Args:
            policy: how often, and after which pauses.
            attempt: makes one attempt; it is cancelled when the deadline passes.
            deadline: ends the whole, pauses included.

        Raises:
            Problem: the last attempt's.
            TimedOutError: the deadline passed within an attempt.
        """
        made = 0

        async def count() -> T:
            nonlocal made
            made += 1
            return await attempt()

        def pause(state: RetryCallState) -> float:
            backoff = policy.backoff(state.attempt_number - 1, self._chance)
            return max(backoff, _wish(state.outcome.exception() if state.outcome else None))

        def stop(state: RetryCallState) -> bool:
            return state.attempt_number > policy.retries or state.upcoming_sleep >= deadline.remaining()

        # Not stamina, which wraps tenacity: it takes no sleep and no clock, and cannot stop short of a deadline.
        retrying = AsyncRetrying(
            sleep=self._clock.sleep, stop=stop, wait=pause, retry=retry_if_exception(_is_transient), reraise=True
        )
        limit = deadline.limit()
        try:
            async with limit:
                return await retrying(count)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise TimedOutError(_describe_timeout(deadline.seconds, made)) from error


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, Problem) and error.transient


def _wish(error: BaseException | None) -> float:
    """Return the seconds after which the other service wants to be asked again."""
    return error.retry_after or 0.0 if isinstance(error, Problem) else 0.0


def _describe_timeout(seconds: float, attempts: int) -> str:
    return f"timeout: no answer within {seconds:g} s, in {attempts} {'attempt' if attempts == 1 else 'attempts'}"
