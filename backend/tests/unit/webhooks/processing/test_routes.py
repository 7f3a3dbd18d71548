from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.unit.webhooks.processing.support import state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status

if TYPE_CHECKING:
    import httpx
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio
ABSENT = "whd_" + "0" * 32


async def test_a_dead_letter_is_replayed_once(
    client: httpx.AsyncClient, engine: AsyncEngine, clock: VirtualClock
) -> None:
    delivery = await store(engine, clock, status=Status.DEAD)
    answers = [await client.post(f"/api/webhooks/dead-letters/{delivery}/replay") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json() == {"id": delivery, "status": "received", "run": 2}
    assert "is received, and only one that is dead" in answers[1].json()["detail"]


async def test_a_quarantined_delivery_is_released_once(
    client: httpx.AsyncClient, engine: AsyncEngine, clock: VirtualClock
) -> None:
    delivery = await store(engine, clock, status=Status.QUARANTINED)
    answers = [await client.post(f"/api/webhooks/deliveries/{delivery}/release") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json() == {"id": delivery, "status": "received", "run": 2}
    assert (await state(engine, delivery)).released


@pytest.mark.parametrize("path", ["dead-letters/{}/replay", "deliveries/{}/release"])
async def test_there_is_no_such_delivery(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(f"/api/webhooks/{path.format(ABSENT)}")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not found")
    assert (await client.post(f"/api/webhooks/{path.format('a%00b')}")).status_code == 422


async def test_many_dead_letters_are_replayed(
    client: httpx.AsyncClient, engine: AsyncEngine, clock: VirtualClock
) -> None:
    for source in ("github", "github", "stripe"):
        await store(engine, clock, status=Status.DEAD, source=source)
    url = "/api/webhooks/dead-letters/replay"
    assert (await client.post(url, json={"source": "github", "limit": 1})).json() == {"replayed": 1}
    assert (await client.post(url, json={})).json() == {"replayed": 2}


@pytest.mark.parametrize(
    "body", [{"limit": 0}, {"limit": False}, {"source": ""}, {"source": "a\0b"}, {"all": True}, []]
)
async def test_a_selection_that_cannot_be_meant_is_refused(client: httpx.AsyncClient, body: object) -> None:
    answer = await client.post("/api/webhooks/dead-letters/replay", json=body)
    assert answer.status_code == 422


async def test_the_document_tells_every_status(client: httpx.AsyncClient) -> None:
    paths: dict[str, Any] = (await client.get("/openapi.json")).json()["paths"]
    said = {path: set(paths[path]["post"]["responses"]) for path in paths if path.endswith(("/replay", "/release"))}
    assert said == {
        "/api/webhooks/dead-letters/replay": {"200", "400", "413", "422", "503"},
        "/api/webhooks/dead-letters/{delivery_id}/replay": {"200", "404", "409", "422", "503"},
        "/api/webhooks/deliveries/{delivery_id}/release": {"200", "404", "409", "422", "503"},
    }


async def test_a_key_is_wanted_where_there_are_any(database_url: str, redis_url: str) -> None:

    app = make_app(database_url, redis_url, settings=Settings(api_keys=(SecretStr("any"),)))
    async with client_of(app) as client:
        for path in ("dead-letters/replay", f"dead-letters/{ABSENT}/replay", f"deliveries/{ABSENT}/release"):
            assert (await client.post(f"/api/webhooks/{path}", json={})).status_code == 401
