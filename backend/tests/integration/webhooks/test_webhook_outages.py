"""Deliveries that are too large, slow or cut off, or come while the database is away; and a service that is killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from backend.api.body_limit import LARGEST_BODY
from backend.database.engine import make_engine
from backend.settings import Settings
from backend.tests.delivering import (
    SECRETS,
    Ground,
    Hooks,
    Sent,
    Shown,
    generic,
    until,
)
from backend.tests.hanging import stopped
from backend.tests.service_process import service
from backend.tests.unit.webhooks.processing.support import effects_of
from backend.tests.unit.webhooks.receiving import signed
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from backend.embedded.postgres import Postgres

pytestmark = pytest.mark.anyio


@pytest.fixture
async def open_hooks(ground: Ground) -> AsyncIterator[Hooks]:
    """A service without secrets, in development."""
    async with ground.running() as hooks:
        yield hooks


# --- sizes and speeds ------------------------------------------------------------------------------------------------


def filled(size: int) -> Sent:
    """A delivery of so many bytes."""
    frame = generic("user.created", filling="")
    body = frame.body.replace(b'"filling": ""', b'"filling": "%b"' % (b"x" * (size - len(frame.body))))
    assert len(body) == size
    return Sent(source="generic", headers=frame.headers, body=body)


async def test_a_body_may_have_a_mebibyte_and_no_byte_more(open_hooks: Hooks) -> None:
    assert Settings().webhook_bytes == LARGEST_BODY == 1024 * 1024
    largest = filled(LARGEST_BODY)
    identifier = await open_hooks.accept(largest)
    assert (await open_hooks.show(identifier))["body"].encode() == largest.body
    assert "1048576 bytes" in await open_hooks.refuse(filled(LARGEST_BODY + 1), 413)
    assert len(await open_hooks.list()) == 1


async def test_a_body_without_a_length_is_cut_off_at_the_limit(ground: Ground) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 10_000:
            taken += 1
            yield b"x" * 100

    async with ground.running(Settings(webhook_bytes=1000)) as hooks:
        response = await hooks.client.post("/api/webhooks", content=endless())
        assert (response.status_code, await hooks.list()) == (413, [])
    assert taken < 50


async def test_a_slow_sender_is_cut_off(ground: Ground) -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield b'{"event": '
        await asyncio.Event().wait()

    async with ground.running(Settings(webhook_read_timeout=0.05)) as hooks:
        response = await hooks.client.post("/api/webhooks", content=stuck())
        assert (response.status_code, await hooks.list()) == (408, [])
    assert "timeout: the body did not arrive within 0.05 s" in response.json()["detail"]


async def test_a_body_that_is_no_json_is_refused(open_hooks: Hooks) -> None:
    for body in (b"", b"<xml/>", b'{"event": ', b"\xff", b'{"event": NaN}', b"[" * 200_000):
        assert "not JSON" in await open_hooks.refuse(Sent(source="generic", headers={}, body=body), 400)
    assert await open_hooks.list() == []


async def test_json_that_postgresql_could_not_hold_is_kept_as_it_came(open_hooks: Hooks) -> None:
    for body in (b'{"event": "\\u0000"}', b'{"id": "\\ud800"}', b"[]", b"1e999", b'"\\u0000"'):
        identifier = await open_hooks.accept(Sent(source="generic", headers={}, body=body))
        assert (await open_hooks.show(identifier))["body"].encode() == body


# --- a process of its own ---------------------------------------------------------------------------------------------


async def talk(url: str, *pieces: bytes) -> bytes:
    """Send bytes to a server, and return the status of its answer; nothing where there is none."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.writelines(pieces)
        await writer.drain()
        return (await reader.readline()).partition(b" ")[2][:3]
    finally:
        writer.close()
        await writer.wait_closed()


def written(target: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A delivery as it goes over the wire."""
    size = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join([f"POST {target} HTTP/1.1", "Host: 127.0.0.1", size, *headers, "", ""]).encode() + body


async def test_over_sockets_what_is_not_whole_is_not_taken_and_what_was_acknowledged_survives_kill_9(
    ground: Ground, engine: AsyncEngine, clock: VirtualClock
) -> None:
    variables = {
        "DATABASE_URL": ground.database_url,
        "REDIS_URL": ground.redis_url,
        "BACKEND_WEBHOOK_READ_TIMEOUT": "0.3",
        "BACKEND_WEBHOOK_SECRETS": json.dumps({"generic": SECRETS["generic"]}),
    }
    body = b'{"id": "whole", "event": "test"}'
    [signature] = signed("generic", body, clock.now()).values()
    proof = f"X-WEBHOOK-signature: {signature}"
    with service(**variables) as running:
        url = running.url
        assert await talk(url, written("/api/webhooks", body, proof, length=len(body) + 1)) == b"408"
        assert await talk(url, written("/api/webhooks", b"", proof, length=LARGEST_BODY + 1)) == b"413"
        assert await talk(url, written("/api/webhooks/../webhooks", body, proof)) == b"404"
        assert await talk(url, written("/api/webhooks", body, proof, "x-webhook-signature: other")) == b"401"
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM webhook_deliveries")) == 0
        chunks = [b"%x\r\n%b\r\n" % (len(each), each) for each in (body[:5], body[5:])]
        head = f"POST /api/webhooks HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n{proof}\r\n\r\n"
        assert await talk(url, head.encode(), *chunks, b"0\r\n\r\n") == b"200"

        acknowledged: list[str] = []
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:

            async def flow(number: int) -> None:
                with suppress(httpx.TransportError):
                    for turn in range(1000):
                        sent = generic(id=f"{number}-{turn}")
                        response = await Hooks(client=client).send(
                            sent.but(**signed("generic", sent.body, clock.now()))
                        )
                        if response.is_success:  # where a busy machine is too slow for the limit above, it is not
                            acknowledged.append(response.json()["id"])
                        if len(acknowledged) == 40:
                            running.process.kill()

            await asyncio.gather(*map(flow, range(8)))
        running.process.wait()
    async with ground.running(worker=True) as hooks:
        for identifier in acknowledged:
            await hooks.until(identifier, "processed")
    assert len(acknowledged) >= 40
    assert [await effects_of(engine, identifier) for identifier in acknowledged] == [1] * len(acknowledged)


# --- a database that is away -----------------------------------------------------------------------------------------


async def test_nothing_is_acknowledged_while_the_database_is_away(ground: Ground, postgres: Postgres) -> None:
    async with ground.running() as hooks:
        await hooks.accept(generic("user.created", id="before"))
        postgres.stop()
        try:
            refused = await hooks.send(generic("user.created", id="lost"))
        finally:
            postgres.start()
        assert (refused.status_code, refused.json()["title"]) == (503, "Unavailable")
        assert int(refused.headers["retry-after"]) > 0
        assert [each["delivery_id"] for each in await hooks.list()] == ["before"]
        await hooks.accept(generic("user.created", id="lost"))  # the sender does as it was told


async def test_a_database_that_hangs_is_told_and_the_delivery_sent_again_is_stored_once(
    ground: Ground, postgres: Postgres
) -> None:
    before, late = [generic("user.created", id=name) for name in ("before", "late")]
    async with ground.running(Settings(database_timeout=0.5)) as hooks:

        async def taken(sent: Sent) -> bool:
            return (await hooks.send(sent)).is_success  # so soon is an answer wanted that a busy machine may fail, too

        await until(partial(taken, before))
        with stopped(postgres):
            refused = await hooks.send(late)
        assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (503, True)
        await until(partial(taken, late))
    async with ground.running() as patient:
        assert sorted(each["delivery_id"] for each in await patient.list()) == ["before", "late"]


async def test_a_sender_that_stops_waiting_has_delivered_all_the_same(ground: Ground) -> None:
    engine = make_engine(ground.database_url, Settings())
    async with ground.running() as hooks, engine.connect() as connection:
        await connection.exec_driver_sql("LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE")
        sending = asyncio.create_task(hooks.send(generic("user.created", id="impatient")))

        async def waiting() -> bool:
            found = await connection.exec_driver_sql(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'webhook_deliveries'::regclass"
            )
            return bool(found.scalar())

        await until(waiting)
        sending.cancel()
        await connection.rollback()

        async def stored() -> Sequence[Shown]:
            return await hooks.list()

        [shown] = await until(stored)
        assert shown["delivery_id"] == "impatient"
        assert (await hooks.send(generic("user.created", id="impatient"))).json()["duplicate"] is True
    await engine.dispose()
