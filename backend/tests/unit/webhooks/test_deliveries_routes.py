from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from backend.database.engine import make_engine
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.webhooks.delivery import Status
from backend.webhooks.tables import DeliveryRow

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.anyio

KEY = {"authorization": "Bearer key"}


async def deliver(client: httpx.AsyncClient, identifier: str, **more: object) -> str:
    response = await client.post("/api/webhooks", json={"id": identifier, **more})
    assert response.status_code == 200, response.text
    stored: str = response.json()["id"]
    return stored


async def pages(client: httpx.AsyncClient, path: str, parameters: Mapping[str, str | int]) -> list[list[str]]:
    found: list[list[str]] = []
    after: dict[str, str] = {}
    while not found or after:
        response = await client.get(path, params={**parameters, **after})
        assert response.status_code == 200, response.text
        found.append([each["id"] for each in response.json()["deliveries"]])
        after = {"after": response.json()["next"]} if response.json()["next"] else {}
    return found


async def test_a_delivery_is_shown_with_all_that_arrived(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        identifier = await deliver(client, "evt_1", type="größe")
        found = (await client.get(f"/api/webhooks/deliveries/{identifier}")).json()
    assert (found["id"], found["delivery_id"], found["event"]) == (identifier, "evt_1", "größe")
    assert (found["source"], found["status"], found["attempts"], found["findings"]) == ("generic", "received", [], None)
    assert (found["run"], found["attempt_count"], found["next_attempt_at"], found["repeats"]) == (1, 0, None, None)
    assert (found["body_encoding"], found["body"]) == ("utf-8", '{"id":"evt_1","type":"größe"}')
    assert ["host", "backend.test"] in found["headers"]


async def test_a_body_that_is_no_text_is_in_base64(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        identifier = await deliver(client, "evt_1")
        engine = make_engine(database_url, Settings())
        async with engine.begin() as connection:
            await connection.execute(update(DeliveryRow).values(body=b"\xff\x00"))
        await engine.dispose()
        found = (await client.get(f"/api/webhooks/deliveries/{identifier}")).json()
    assert (found["body_encoding"], base64.b64decode(found["body"])) == ("base64", b"\xff\x00")


async def test_deliveries_come_page_by_page(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        sent = [await deliver(client, f"evt_{number}", type="ab"[number % 2]) for number in range(5)]
        found = await pages(client, "/api/webhooks/deliveries", {"limit": 2})
        assert [len(page) for page in found] == [2, 2, 1]
        assert {each for page in found for each in page} == set(sent)
        for parameters, expected in (
            ({"event": "b"}, {sent[1], sent[3]}),
            ({"source": "stripe"}, set()),
            ({"status": "received", "source": "generic", "event": "a"}, {sent[0], sent[2], sent[4]}),
        ):
            [page] = await pages(client, "/api/webhooks/deliveries", parameters)
            assert set(page) == expected


async def test_the_dead_are_listed_by_themselves(database_url: str, redis_url: str) -> None:
    async with client_of(make_app(database_url, redis_url)) as client:
        sent = [await deliver(client, f"evt_{number}", type="a") for number in range(3)]
        engine = make_engine(database_url, Settings())
        async with engine.begin() as connection:
            dead = update(DeliveryRow).where(DeliveryRow.id.in_(sent[:2])).values(status=Status.DEAD)
            await connection.execute(dead)
        await engine.dispose()
        found = await pages(client, "/api/webhooks/dead-letters", {"limit": 1, "event": "a", "source": "generic"})
        assert sorted(each for page in found for each in page) == sorted(sent[:2])
        assert await pages(client, "/api/webhooks/dead-letters", {"event": "b"}) == [[]]


@pytest.mark.parametrize("identifier", ["absent", "whd_" + "0" * 32])
async def test_a_delivery_that_is_not_there(client: httpx.AsyncClient, identifier: str) -> None:
    response = await client.get(f"/api/webhooks/deliveries/{identifier}")
    assert response.status_code == 404
    assert identifier in response.json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=yesterday", "status=lost", "event=%00", "source=%00"])
async def test_a_wrong_query_is_told(client: httpx.AsyncClient, query: str) -> None:
    for path in ("/api/webhooks/deliveries", "/api/webhooks/dead-letters"):
        expected = 200 if query == "status=lost" and path.endswith("letters") else 422
        assert (await client.get(f"{path}?{query}")).status_code == expected


async def test_only_who_has_a_key_is_shown_anything(database_url: str, redis_url: str) -> None:
    settings = Settings(api_keys=(SecretStr("key"),))
    async with client_of(make_app(database_url, redis_url, settings=settings)) as client:
        identifier = await deliver(client, "evt_1")
        for path in ("deliveries", f"deliveries/{identifier}", "dead-letters"):
            assert (await client.get(f"/api/webhooks/{path}")).status_code == 401
            assert (await client.get(f"/api/webhooks/{path}", headers=KEY)).status_code == 200
