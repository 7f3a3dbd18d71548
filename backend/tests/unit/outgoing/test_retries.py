from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import Deadline
from backend.errors import NotFoundError, Problem, RateLimitedError, TimedOutError, UpstreamError
from backend.outgoing.retries import Retrier, RetryPolicy
from backend.tests.passable_deadline import PassableDeadline
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

POLICY = RetryPolicy(retries=3, initial=1, maximum=30, jitter=0.5)


class Attempts:
    """Raises each of some errors in turn, then answers."""

    def __init__(self, errors: Iterable[Exception] = ()) -> None:
        self._errors = iter(errors)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        for error in self._errors:
            raise error
        return "answer"


async def never() -> str:
    forever: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return await forever


def run(
    attempt: Callable[[], Awaitable[str]], clock: VirtualClock, *, policy: RetryPolicy = POLICY, seconds: float = 100
) -> Awaitable[str]:
    return Retrier(clock, lambda: 0.5).run(policy, attempt, Deadline(clock, seconds))


async def test_an_attempt_that_succeeds_is_the_only_one(clock: VirtualClock) -> None:
    attempts = Attempts()
    assert await run(attempts, clock) == "answer"
    assert (attempts.made, clock.slept) == (1, [])


async def test_pauses_double_and_chance_adds_to_them(clock: VirtualClock) -> None:
    assert await run(Attempts([UpstreamError("a"), TimedOutError("b"), RateLimitedError("c")]), clock) == "answer"
    assert clock.slept == [1.25, 2.25, 4.25]


async def test_the_last_problem_is_raised_when_no_retry_is_left(clock: VirtualClock) -> None:
    errors = [UpstreamError(str(number)) for number in range(5)]
    attempts = Attempts(errors)
    with pytest.raises(UpstreamError) as caught:
        await run(attempts, clock)
    assert caught.value is errors[3]
    assert (attempts.made, len(clock.slept)) == (4, 3)


@pytest.mark.parametrize("error", [NotFoundError("x"), UpstreamError("x", transient=False), ValueError("x")])
async def test_what_is_not_transient_is_raised_at_once(clock: VirtualClock, error: Exception) -> None:
    attempts = Attempts([error])
    with pytest.raises(type(error)) as caught:
        await run(attempts, clock)
    assert caught.value is error
    assert (attempts.made, clock.slept) == (1, [])


async def test_the_wish_of_the_other_service_counts_where_it_is_longer(clock: VirtualClock) -> None:
    errors = [RateLimitedError("a", retry_after=7), RateLimitedError("b", retry_after=0)]
    assert await run(Attempts(errors), clock) == "answer"
    assert clock.slept == [7, 2.25]


@pytest.mark.parametrize("wish", [10, 1000])
async def test_a_pause_that_would_use_up_the_deadline_is_not_begun(clock: VirtualClock, wish: float) -> None:
    error = RateLimitedError("x", retry_after=wish)
    with pytest.raises(RateLimitedError) as caught:
        await run(Attempts([error]), clock, seconds=10)
    assert caught.value is error
    assert clock.slept == []


async def test_time_that_attempts_take_counts_towards_the_deadline(clock: VirtualClock) -> None:
    async def attempt() -> str:
        clock.advance(4)
        raise UpstreamError("x")

    with pytest.raises(UpstreamError):
        await run(attempt, clock, seconds=10)
    assert clock.slept == [1.25]


async def test_a_deadline_that_passes_within_an_attempt_ends_it(clock: VirtualClock) -> None:
    deadline = PassableDeadline(clock, 20)
    attempts = Attempts([UpstreamError("x")])

    async def hang_the_second_time() -> str:
        await attempts()
        deadline.pass_now()
        return await never()

    with pytest.raises(TimedOutError, match=r"^timeout: no answer within 20 s, in 2 attempts$") as caught:
        await Retrier(clock, lambda: 0).run(POLICY, hang_the_second_time, deadline)
    assert caught.value.status == 408
    assert attempts.made == 2


async def test_a_deadline_that_has_passed_leaves_no_time(clock: VirtualClock) -> None:
    with pytest.raises(TimedOutError, match=r"in 1 attempt$"):
        await run(never, clock, seconds=0)


async def test_a_timeout_of_another_making_is_not_taken_for_the_deadline(clock: VirtualClock) -> None:
    error = TimeoutError("something else")
    with pytest.raises(TimeoutError) as caught:
        await run(Attempts([error]), clock)
    assert caught.value is error


async def test_a_cancellation_ends_the_whole(clock: VirtualClock) -> None:
    begun = asyncio.Event()

    async def attempt() -> str:
        begun.set()
        return await never()

    task = asyncio.ensure_future(run(attempt, clock))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.slept == []


seconds = st.floats(min_value=0, max_value=100)
policies = st.builds(
    RetryPolicy, retries=st.integers(min_value=0, max_value=8), initial=seconds, maximum=seconds, jitter=seconds
)
problems = st.builds(
    UpstreamError, st.just("x"), retry_after=st.none() | seconds, transient=st.booleans() | st.just(True)
)


@given(policies, st.lists(problems, max_size=10), st.floats(min_value=0.1, max_value=200), st.floats(0, 1))
async def test_any_run_keeps_to_its_policy_and_deadline(
    policy: RetryPolicy, errors: list[Problem], allowed: float, chance: float
) -> None:
    clock = VirtualClock()
    attempts = Attempts(errors)
    outcome: object
    try:
        outcome = await Retrier(clock, lambda: chance).run(policy, attempts, Deadline(clock, allowed))
    except Problem as problem:
        outcome = problem
    assert attempts.made == len(clock.slept) + 1 <= policy.retries + 1
    assert clock.monotonic() < allowed
    assert outcome == ([*errors, "answer"])[attempts.made - 1]
    for retry, (pause, error) in enumerate(zip(clock.slept, errors, strict=False)):
        assert error.transient
        assert pause == max(policy.backoff(retry, lambda: chance), error.retry_after or 0)


@given(policies, st.integers(min_value=0), st.floats(min_value=0, max_value=1, exclude_max=True))
def test_a_backoff_grows_to_its_maximum_and_no_further(policy: RetryPolicy, retry: int, chance: float) -> None:
    least = policy.backoff(retry, lambda: 0)
    assert least <= policy.backoff(retry + 1, lambda: 0) <= policy.maximum
    assert least <= policy.backoff(retry, lambda: chance) <= least + policy.jitter
