from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test
from redis.asyncio import Redis

from backend.outgoing.breakers.in_process import InProcess
from backend.outgoing.breakers.shared import KEEP_FOR, UNSETTLED, Shared
from backend.outgoing.breakers.state import Admission, Condition, Limits, Verdict

LIMITS = Limits(failures=2, open_for=30_000, probe_for=60_000)
NOW = 1_767_603_600_000
HOST = "api.example.com"


class Twins(RuleBasedStateMachine):
    """Tells the same to the states in memory and to those in Valkey, and wants the same answers."""

    calls = Bundle("calls")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.client: Redis = Redis.from_url(url)
        self.runner.run(self._forget())
        self.shared = Shared(self.client, LIMITS)
        self.in_process = InProcess(LIMITS)
        self.now = NOW
        self.tokens = (f"token {number}" for number in count())

    async def _forget(self) -> None:
        await self.client.flushdb()

    @rule(target=calls)
    def ask(self) -> Admission:
        token = next(self.tokens)
        ours = self.runner.run(self.in_process.admit(HOST, token, self.now))
        assert self.runner.run(self.shared.admit(HOST, token, self.now)) == ours
        return ours

    @rule(call=calls)
    def ask_again(self, call: Admission) -> None:
        ours = self.runner.run(self.in_process.admit(HOST, call.token, self.now))
        assert self.runner.run(self.shared.admit(HOST, call.token, self.now)) == ours

    # A call may end twice: whoever lost Valkey's answer says it again.
    @rule(call=consumes(calls) | calls, verdict=st.sampled_from(Verdict))
    def end(self, call: Admission, verdict: Verdict) -> None:
        for store in (self.in_process, self.shared):
            self.runner.run(store.settle(HOST, call, verdict, self.now))
        ours = self.runner.run(self.in_process.conditions(self.now))
        assert self.runner.run(self.shared.conditions(self.now)) == ours

    # What chance would seldom come upon: a breaker that is half-open.
    @rule()
    def fail_and_wait(self) -> None:
        for _ in range(LIMITS.failures):
            self.end(self.ask(), Verdict.FAILURE)
        self.wait(LIMITS.open_for)

    @rule(milliseconds=st.sampled_from([1, 29_999, 30_000, 59_999]))
    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds

    def teardown(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()


def test_the_script_decides_as_the_states_in_memory_do(redis_url: str) -> None:
    class TwinsHere(Twins):
        def __init__(self) -> None:
            super().__init__(redis_url)

    run_state_machine_as_test(TwinsHere, settings=settings(max_examples=40, stateful_step_count=40))


@pytest.fixture(params=[True, False], ids=["decoded", "bytes"])
async def client(redis_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=request.param) as client:
        yield client


@pytest.fixture
def shared(client: Redis) -> Shared:
    return Shared(client, LIMITS)


async def fail(shared: Shared, token: str, *, host: str = HOST, now: int = NOW) -> None:
    await shared.settle(host, await shared.admit(host, token, now), Verdict.FAILURE, now)


@pytest.mark.anyio
async def test_answers_are_the_same_decoded_or_not(shared: Shared) -> None:
    await fail(shared, "a")
    await fail(shared, "b")
    assert await shared.admit(HOST, "c", NOW + 1) == Admission(token="c", generation="b", wait=29_999)
    assert await shared.conditions(NOW + 29_999) == {HOST: Condition.OPEN}
    assert await shared.conditions(NOW + 30_000) == {HOST: Condition.HALF_OPEN}


@pytest.mark.anyio
async def test_a_host_that_never_failed_leaves_nothing_behind(shared: Shared, client: Redis) -> None:
    await shared.settle(HOST, await shared.admit(HOST, "a", NOW), Verdict.SUCCESS, NOW)
    assert await client.dbsize() == 0


@pytest.mark.anyio
async def test_whatever_it_keeps_goes_some_day(shared: Shared, client: Redis) -> None:
    await fail(shared, "a")
    await fail(shared, "b")
    keys = await client.keys()
    assert len(keys) == 2
    for key in keys:
        assert 0 < await client.pttl(key) <= KEEP_FOR + LIMITS.open_for + LIMITS.probe_for


@pytest.mark.anyio
async def test_a_host_that_nobody_calls_any_more_is_no_longer_listed(shared: Shared, client: Redis) -> None:
    await fail(shared, "a")
    await fail(shared, "b")
    assert await shared.conditions(NOW + 2 * KEEP_FOR) == {}


@pytest.mark.anyio
async def test_the_list_of_hosts_does_not_grow_for_ever(shared: Shared, client: Redis) -> None:
    for number in range(10):
        now = NOW + number * 2 * KEEP_FOR
        await fail(shared, f"{number} a", host=f"{number}.example", now=now)
        await fail(shared, f"{number} b", host=f"{number}.example", now=now)
    assert await client.zcard(UNSETTLED) == 1


@pytest.mark.anyio
async def test_hosts_have_nothing_to_do_with_each_other(shared: Shared) -> None:
    await fail(shared, "a")
    await fail(shared, "b", host="other.example")
    assert await shared.conditions(NOW) == {}


@pytest.mark.anyio
async def test_a_caller_is_not_sent_away_for_longer_than_the_probe_may_take(shared: Shared) -> None:
    await fail(shared, "a")
    await fail(shared, "b")
    assert (await shared.admit(HOST, "probe", NOW + 30_000)).wait == 0
    assert (await shared.admit(HOST, "c", NOW + 30_000)).wait == 1000
    assert (await shared.admit(HOST, "d", NOW + 89_999)).wait == 1


@pytest.mark.anyio
@pytest.mark.parametrize("verdict", Verdict)
async def test_a_slow_call_from_before_has_no_say(shared: Shared, verdict: Verdict) -> None:
    slow = await shared.admit(HOST, "slow", NOW)
    await fail(shared, "a")
    await fail(shared, "b")
    await shared.settle(HOST, slow, verdict, NOW)
    assert await shared.conditions(NOW) == {HOST: Condition.OPEN}
    probe = await shared.admit(HOST, "probe", NOW + 30_000)
    await shared.settle(HOST, slow, verdict, NOW + 30_000)
    assert (await shared.admit(HOST, "c", NOW + 30_000)).wait == 1000
    await shared.settle(HOST, probe, Verdict.SUCCESS, NOW + 30_000)
    await shared.settle(HOST, slow, verdict, NOW + 30_000)
    await fail(shared, "d", now=NOW + 30_000)
    assert await shared.conditions(NOW + 30_000) == {}


@pytest.mark.anyio
async def test_a_valkey_that_started_anew_learns_the_script_again(shared: Shared, client: Redis) -> None:
    await fail(shared, "a")
    await client.script_flush()
    await fail(shared, "b")
    assert await shared.conditions(NOW) == {HOST: Condition.OPEN}
