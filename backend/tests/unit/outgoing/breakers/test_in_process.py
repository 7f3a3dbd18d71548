from __future__ import annotations

import pytest

from backend.outgoing.breakers.in_process import MOST_HOSTS, InProcess
from backend.outgoing.breakers.state import Condition, Limits, Verdict

pytestmark = pytest.mark.anyio

NOW = 1_000_000


@pytest.fixture
def store() -> InProcess:
    return InProcess(Limits(failures=1, open_for=30_000, probe_for=60_000))


async def fail(store: InProcess, host: str) -> None:
    await store.settle(host, await store.admit(host, f"call of {host}", NOW), Verdict.FAILURE, NOW)


async def test_hosts_have_nothing_to_do_with_each_other(store: InProcess) -> None:
    await fail(store, "a.example")
    assert (await store.admit("a.example", "x", NOW)).wait == 30_000
    assert (await store.admit("b.example", "y", NOW)).wait == 0


async def test_it_lists_what_is_not_closed(store: InProcess) -> None:
    await fail(store, "a.example")
    await store.settle("b.example", await store.admit("b.example", "x", NOW), Verdict.SUCCESS, NOW)
    assert await store.conditions(NOW) == {"a.example": Condition.OPEN}
    assert await store.conditions(NOW + 30_000) == {"a.example": Condition.HALF_OPEN}


async def test_it_can_forget_everything(store: InProcess) -> None:
    await fail(store, "a.example")
    store.clear()
    assert await store.conditions(NOW) == {}
    assert (await store.admit("a.example", "x", NOW)).wait == 0


async def test_hosts_that_never_failed_take_no_place(store: InProcess) -> None:
    await fail(store, "a.example")
    for number in range(MOST_HOSTS):
        await store.admit(f"{number}.example", "x", NOW)
    assert await store.conditions(NOW) == {"a.example": Condition.OPEN}


async def test_of_too_many_hosts_the_one_touched_longest_ago_goes(store: InProcess) -> None:
    await fail(store, "first.example")
    await fail(store, "second.example")
    await store.admit("first.example", "touch", NOW)
    for number in range(MOST_HOSTS - 1):
        await fail(store, f"{number}.example")
    conditions = await store.conditions(NOW)
    assert len(conditions) == MOST_HOSTS
    assert "first.example" in conditions
    assert "second.example" not in conditions
