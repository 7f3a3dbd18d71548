"""Deliveries whose processing fails or is cut off: attempts, backoff, dead letters, replays, restarts, `kill -9`."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from sqlalchemy import text

from backend.clock import SystemClock
from backend.settings import Settings
from backend.tests.delivering import SECRETS, Ground, Hooks, generic, moment, pauses, sample, until
from backend.tests.service_process import service
from backend.tests.unit.webhooks.processing.support import MemoryContext, Script, effects_of, make_attempts
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.queue import Queue
from backend.webhooks.processing.workflow import Processing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from backend.embedded.postgres import Postgres

pytestmark = pytest.mark.anyio

FAST: Final = Settings(webhook_backoff_initial=0.01, backoff_jitter=0)
ONCE: Final = Settings(webhook_attempts=1)
ABSENT: Final = "whd_" + "0" * 32


def errors(number: int) -> list[BaseException | None]:
    """Different ones, so that each is recognised."""
    return [ValueError(f"failure {each}") for each in range(1, number + 1)]


async def replay(hooks: Hooks, identifier: str) -> httpx.Response:
    return await hooks.client.post(f"/api/webhooks/dead-letters/{identifier}/replay")


# --- retries ---------------------------------------------------------------------------------------------------------


async def test_webhook_retry_on_failure(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    script = Script(clock, [Exception("DB error"), None])
    async with ground.running(FAST, handler=script, worker=True) as hooks:
        response = await hooks.client.post("/api/webhooks", json={"event": "test"})
        assert response.status_code == 200
        shown = await hooks.until(response.json()["id"], "processed")
    assert len(script.seen) == 2
    assert [(each["number"], each["error"]) for each in shown["attempts"]] == [(1, "Exception: DB error"), (2, None)]
    assert (shown["attempt_count"], shown["next_attempt_at"], shown["last_error"]) == (2, None, None)
    assert await effects_of(engine, shown["id"]) == 1


async def test_what_a_handler_wrote_is_undone_when_it_fails(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    script = Script(clock, errors(1))
    async with ground.running(handler=script, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await hooks.until_tried(identifier, 1)
        assert (len(script.seen), await effects_of(engine, identifier)) == (1, 0)


async def test_a_statement_that_the_database_refuses_is_a_failure_of_the_handler(ground: Ground) -> None:
    calls = 0

    async def swallow(delivery: Delivery, connection: AsyncConnection, /) -> None:
        nonlocal calls
        calls += 1
        await connection.execute(text("SELECT 1 / :number"), {"number": calls - 1})

    async with ground.running(FAST, handler=swallow, worker=True) as hooks:
        shown = await hooks.until(await hooks.accept(generic()), "processed")
    assert [each["error"] for each in shown["attempts"]] == ["DivisionByZero: division by zero", None]


async def test_a_handler_that_takes_too_long_has_failed(ground: Ground) -> None:
    calls = 0

    async def hang_once(delivery: Delivery, connection: AsyncConnection, /) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.Event().wait()

    settings = FAST.model_copy(update={"webhook_handler_timeout": 0.05})
    async with ground.running(settings, handler=hang_once, worker=True) as hooks:
        shown = await hooks.until(await hooks.accept(generic()), "processed")
    assert [each["error"] for each in shown["attempts"]] == ["the handler took longer than 0.05 s", None]


async def test_one_that_fails_does_not_hold_up_the_others(ground: Ground, engine: AsyncEngine) -> None:
    async def choose(delivery: Delivery, connection: AsyncConnection, /) -> None:
        if delivery.event == "bad":
            raise ValueError("it is bad")

    async with ground.running(handler=choose, worker=True) as hooks:
        bad = [await hooks.accept(generic("bad", id=f"bad {number}")) for number in range(20)]
        good = await hooks.accept(generic("good"))
        await hooks.until(good, "processed")
        for identifier in bad:
            assert (await hooks.until_tried(identifier, 1))["status"] == "processing"


# --- backoff ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "milliseconds"),
    [
        (FAST, [10, 20, 40, 80]),
        (FAST.model_copy(update={"webhook_backoff_max": 0.03, "backoff_jitter": 0.01}), [15, 25, 35, 35]),
    ],
    ids=["doubled", "at most, with jitter"],  # chance is one half here
)
async def test_webhook_exponential_backoff(
    ground: Ground, clock: VirtualClock, settings: Settings, milliseconds: list[int]
) -> None:
    async with ground.running(settings, handler=Script(clock, errors(5)), worker=True) as hooks:
        shown = await hooks.until(await hooks.accept(generic()), "dead")
    assert list(pauses(shown)) == [timedelta(milliseconds=each) for each in milliseconds]
    assert len(shown["attempts"]) == len(milliseconds) + 1


async def test_webhook_exponential_backoff_by_default(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    """With a workflow in memory, whose pauses pass on the virtual clock; the other tests have the real engine."""
    async with ground.running() as hooks:
        identifier = await hooks.accept(generic())
        [task] = await Queue(engine).take(10)
        handlers = Handlers().on("*", "*", Script(clock, errors(5)))
        attempts = make_attempts(engine, clock, handlers, settings=Settings(), chance=lambda: 0.5)
        await Processing(attempts).run(MemoryContext(clock), task.delivery, task.run)
        shown = await hooks.show(identifier)
    assert clock.slept == [10.25, 20.25, 40.25, 80.25]
    assert [each.total_seconds() for each in pauses(shown)] == clock.slept
    for earlier, later in pairwise(shown["attempts"]):
        assert later["started_at"] == earlier["next_attempt_at"]
    assert (shown["status"], shown["attempt_count"]) == ("dead", 5)


async def test_attempts_are_visible_while_the_next_one_is_awaited_and_survive_a_restart(
    ground: Ground, clock: VirtualClock
) -> None:
    script = Script(clock, errors(1))
    patient = Settings(webhook_backoff_initial=3600, backoff_jitter=0)
    async with ground.running(patient, handler=script, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        before = await hooks.until_tried(identifier, 1)
    assert (before["status"], before["attempt_count"], before["processed_at"]) == ("processing", 1, None)
    assert before["last_error"] == "ValueError: failure 1"
    assert moment(before, "next_attempt_at") == clock.now() + timedelta(hours=1)
    assert [each["error"] for each in before["attempts"]] == ["ValueError: failure 1"]
    async with ground.running(patient, handler=script, worker=True) as hooks:
        other = await hooks.until(await hooks.accept(generic(id="later")), "processed")
        assert await hooks.show(identifier) == before
    assert [each.id for each in script.seen] == [identifier, other["id"]]


async def test_a_restart_between_two_attempts_goes_on_with_the_next_one(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    soon = Settings(webhook_backoff_initial=0.5, backoff_jitter=0)
    failing = Script(clock, errors(5))
    async with ground.running(soon, handler=failing, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await hooks.until_tried(identifier, 1)
    async with ground.running(soon, handler=Script(clock), worker=True) as hooks:
        shown = await hooks.until(identifier, "processed")
    *failed, last = shown["attempts"]
    assert [each["number"] for each in shown["attempts"]] == list(range(1, len(failed) + 2))
    assert (failed[0]["error"], last["error"]) == ("ValueError: failure 1", None)
    assert all(each["error"] for each in failed)
    assert await effects_of(engine, identifier) == 1


async def test_a_restart_in_the_middle_of_an_attempt_makes_it_again(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    begun = asyncio.Event()

    async def hang(delivery: Delivery, connection: AsyncConnection, /) -> None:
        await Script(clock)(delivery, connection)
        begun.set()
        await asyncio.Event().wait()

    async with ground.running(handler=hang, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await begun.wait()
    assert await effects_of(engine, identifier) == 0
    async with ground.running(handler=Script(clock), worker=True) as hooks:
        shown = await hooks.until(identifier, "processed")
    assert [(each["number"], each["error"]) for each in shown["attempts"]] == [(1, None)]
    assert await effects_of(engine, identifier) == 1


async def has_paused(clock: VirtualClock, times: int) -> bool:
    """Whether the service has waited for the database so often."""
    return len(clock.slept) >= times


async def test_a_database_that_is_away_for_a_while_costs_no_attempt(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock, postgres: Postgres
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(delivery: Delivery, connection: AsyncConnection, /) -> None:
        begun.set()
        await go_on.wait()
        await Script(clock)(delivery, connection)

    async with ground.running(handler=wait, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await begun.wait()
        postgres.stop()
        try:
            go_on.set()
            await until(partial(has_paused, clock, 10))
        finally:
            postgres.start()
        shown = await hooks.until(identifier, "processed")
    assert [(each["number"], each["error"]) for each in shown["attempts"]] == [(1, None)]
    assert await effects_of(engine, identifier) == 1


# --- dead letters ----------------------------------------------------------------------------------------------------


async def test_webhook_dead_letter_queue(ground: Ground, engine: AsyncEngine, clock: VirtualClock) -> None:
    script = Script(clock, errors(5))
    async with ground.running(FAST, handler=script, worker=True) as hooks:
        identifier = await hooks.accept(generic(id="evt_1"))
        shown = await hooks.until(identifier, "dead")
        told = [f"ValueError: failure {number}" for number in range(1, 6)]
        assert [each["error"] for each in shown["attempts"]] == told
        assert (shown["last_error"], shown["next_attempt_at"], shown["processed_at"]) == (told[-1], None, None)
        assert (len(script.seen), await effects_of(engine, identifier)) == (5, 0)
        [letter] = await hooks.list("dead-letters")
        assert {name: shown[name] for name in letter} == letter

        again = await hooks.send(generic(id="evt_1"))
        assert again.json() == {"received": True, "id": identifier, "duplicate": True}
        assert len(await hooks.list("dead-letters")) == 1, "a duplicate is no replay"

        replayed = await replay(hooks, identifier)
        assert (replayed.status_code, replayed.json()) == (200, {"id": identifier, "status": "received", "run": 2})
        shown = await hooks.until(identifier, "processed")
        assert await hooks.list("dead-letters") == []
    assert [(each["run"], each["number"]) for each in shown["attempts"]] == [*((1, n) for n in range(1, 6)), (2, 1)]
    assert (shown["run"], shown["attempt_count"], shown["last_error"]) == (2, 1, None)
    assert await effects_of(engine, identifier) == 1


async def test_a_dead_letter_that_fails_again_is_dead_again(ground: Ground, clock: VirtualClock) -> None:
    script = Script(clock, errors(10))
    async with ground.running(FAST, handler=script, worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await hooks.until(identifier, "dead")
        assert (await replay(hooks, identifier)).status_code == 200
        shown = await hooks.until(identifier, "dead")
    assert (shown["run"], shown["attempt_count"], shown["last_error"]) == (2, 5, "ValueError: failure 10")
    assert [(each["run"], each["number"]) for each in shown["attempts"]] == [
        (run, number) for run in (1, 2) for number in range(1, 6)
    ]


async def test_only_what_is_dead_is_replayed(ground: Ground, clock: VirtualClock) -> None:
    async with ground.running(ONCE, handler=Script(clock, errors(1)), worker=True) as hooks:
        identifier = await hooks.accept(generic())
        await hooks.until(identifier, "dead")
        answers = await asyncio.gather(*[replay(hooks, identifier) for _ in range(5)])
        assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409]
        await hooks.until(identifier, "processed")
        late = await replay(hooks, identifier)
        assert (late.status_code, "processed" in late.json()["detail"]) == (409, True)
        absent = await replay(hooks, ABSENT)
        assert (absent.status_code, ABSENT in absent.json()["detail"]) == (404, True)
        assert (await hooks.show(identifier))["run"] == 2


# --- kill -9 ---------------------------------------------------------------------------------------------------------


async def waiting(connection: AsyncConnection, wanted: int) -> bool:
    """Whether so many are kept from entering events into the journal."""
    found: int | None = await connection.scalar(
        text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'webhook_events'::regclass")
    )
    return found == wanted


async def until_alone(connection: AsyncConnection) -> None:
    """Wait until the database has noticed that a killed process is gone."""

    async def alone() -> bool:
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        found = await connection.scalar(others)
        await connection.rollback()  # a transaction sees always the same
        return not found

    await until(alone)


async def test_kill_9_in_the_middle_of_processing_has_every_effect_once(
    database_url: str, redis_url: str, engine: AsyncEngine
) -> None:
    ground = Ground(database_url=database_url, redis_url=redis_url, clock=SystemClock())
    captured = sample("github", ground.clock.now())
    variables = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BACKEND_WEBHOOK_SECRETS": json.dumps({"github": SECRETS["github"]}),
        "BACKEND_WEBHOOK_CONCURRENCY": "1",
    }
    async with engine.connect() as connection:
        with service(**variables) as running:
            async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
                hooks = Hooks(client=client)
                await hooks.until(await hooks.accept(captured), "processed")
                await connection.execute(text("LOCK TABLE webhook_events IN EXCLUSIVE MODE"))
                stored = []
                # The journal takes the first with others and the second, an alert, by itself; a third has no room.
                for sent, wanted in (
                    (generic("user.created", user_id="123", timestamp="2026-02-12T10:00:00Z"), 1),
                    (captured.but(x_github_delivery="of-somebody-else"), 2),
                    (generic(id="evt_2"), 2),
                ):
                    stored.append(await hooks.accept(sent))
                    await until(partial(waiting, connection, wanted))
                before = [(await hooks.show(identifier))["status"] for identifier in stored]
            running.process.kill()
            running.process.wait()
        await connection.rollback()
        await until_alone(connection)
    assert before == ["processing", "processing", "received"]
    async with ground.running(worker=True) as hooks:
        shown = [await hooks.until(identifier, "processed") for identifier in stored]
    assert [[(each["number"], each["error"]) for each in one["attempts"]] for one in shown] == [[(1, None)]] * 3
    assert [await effects_of(engine, identifier) for identifier in stored] == [1] * 3


async def test_kill_9_between_two_attempts_goes_on_with_the_next_one(
    database_url: str, redis_url: str, engine: AsyncEngine
) -> None:
    ground = Ground(database_url=database_url, redis_url=redis_url, clock=SystemClock())
    variables = {"BACKEND_WEBHOOK_BACKOFF_INITIAL": "1", "BACKEND_BACKOFF_JITTER": "0"}
    async with engine.connect() as connection:
        for statement in (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the tide is out'; END $$",
            "CREATE TRIGGER refuse BEFORE INSERT ON webhook_events EXECUTE FUNCTION refuse()",
        ):
            await connection.exec_driver_sql(statement)
        await connection.commit()
        with service(DATABASE_URL=database_url, REDIS_URL=redis_url, **variables) as running:
            async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
                hooks = Hooks(client=client)
                identifier = await hooks.accept(generic())
                before = await hooks.until_tried(identifier, 1)
            running.process.kill()
            running.process.wait()
        await until_alone(connection)
        await connection.exec_driver_sql("DROP TRIGGER refuse ON webhook_events")
        await connection.commit()
    assert (before["status"], before["last_error"]) == ("processing", "RaiseException: the tide is out")
    assert pauses(before)[0] == timedelta(seconds=1)
    async with ground.running(worker=True) as hooks:
        shown = await hooks.until(identifier, "processed")
    *failed, last = shown["attempts"]
    assert failed[: len(before["attempts"])] == before["attempts"]
    assert [each["number"] for each in shown["attempts"]] == list(range(1, len(failed) + 2))
    assert ({each["error"] for each in failed}, last["error"]) == ({"RaiseException: the tide is out"}, None)
    assert await effects_of(engine, identifier) == 1
