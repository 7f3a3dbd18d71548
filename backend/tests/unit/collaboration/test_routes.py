from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from backend.parts import World
from backend.tests.application import client, client_of, create_agent, make_app
from backend.tests.unit.collaboration.support import ACCOUNTS, SETTINGS, TASK, Provider
from backend.tests.unit.collaboration.test_workflow import ended

if TYPE_CHECKING:
    import httpx

__all__ = ["client"]

pytestmark = pytest.mark.anyio

PATH = "/api/collaboration"
NOBODY = f"agt_{0:032x}"
NOTHING = f"col_{0:032x}"


class Held:
    """Lets nobody's provider answer until it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, name: str) -> None:
        self.asked.set()
        await self.go_on.wait()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def worker(
    anyio_backend: str, database_url: str, redis_url: str, provider: Provider
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service that does durable work."""
    world = World(transport=provider)
    app = make_app(database_url, redis_url, world=world, settings=SETTINGS, accounts=ACCOUNTS, worker=True)
    async with client_of(app) as client:
        yield client


def body(agents: Sequence[str], workflow: str = "sequential", **more: object) -> dict[str, object]:
    return {"agents": list(agents), "task": TASK, "workflow": workflow, **more}


async def crew(client: httpx.AsyncClient, *names: str) -> list[str]:
    return [await create_agent(client, name) for name in names]


async def test_agents_work_one_after_the_other(worker: httpx.AsyncClient, provider: Provider) -> None:
    agents = await crew(worker, "Ada", "Bob")
    response = await worker.post(PATH, json=body(agents))
    assert response.status_code == 200, response.text
    started = response.json()
    assert started == {"id": started["id"], "status": "started", "agents": agents}
    found = await ended(worker, started["id"])
    assert (found["status"], found["result"], found["error"]) == ("succeeded", "Bob says so", None)
    assert provider.asked == ["Ada", "Bob"]
    assert [(step["agent"], step["attempts"], step["provider"]) for step in found["steps"]] == [
        (agents[0], 1, "openai"),
        (agents[1], 1, "openai"),
    ]
    assert found["totals"]["cost_usd"] > 0
    assert found["totals"]["input_tokens"] == sum(step["usage"]["input_tokens"] for step in found["steps"])


@pytest.mark.parametrize(
    ("workflow", "names", "result"),
    [
        ("parallel", ["Ada", "Bob"], "Ada:\nAda says so\n\nBob:\nBob says so"),
        ("review", ["Ada", "Bob"], "Ada says so"),
        ("debate", ["Ada", "Bob", "Cleo"], "Cleo says so"),
    ],
)
async def test_agents_work_as_the_workflow_says(
    worker: httpx.AsyncClient, workflow: str, names: list[str], result: str
) -> None:
    started = (await worker.post(PATH, json=body(await crew(worker, *names), workflow))).json()
    assert (await ended(worker, started["id"]))["result"] == result


async def test_a_collaboration_can_be_cancelled(worker: httpx.AsyncClient, provider: Provider) -> None:
    held = Held()
    provider.within = held
    agents = await crew(worker, "Ada", "Bob")
    path = f"{PATH}/{(await worker.post(PATH, json=body(agents))).json()['id']}"
    async with asyncio.timeout(60):
        await held.asked.wait()
    running = (await worker.get(path)).json()
    assert (running["status"], running["steps"][0]["status"]) == ("running", "running")
    response = await worker.post(f"{path}/cancel")
    assert response.status_code == 200
    assert response.json()["status"] == "cancelled"
    assert [step["status"] for step in response.json()["steps"]] == ["cancelled", "cancelled"]
    again = await worker.post(f"{path}/cancel")
    assert again.status_code == 409
    assert again.json()["detail"].startswith("the collaboration is cancelled")
    assert provider.asked == ["Ada"]


async def test_one_key_is_one_collaboration(client: httpx.AsyncClient) -> None:
    agents, headers = await crew(client, "Ada"), {"Idempotency-Key": "k-1"}
    first, second = [(await client.post(PATH, json=body(agents), headers=headers)).json() for _ in range(2)]
    assert first == second
    other = await client.post(PATH, json=body(agents, "parallel"), headers=headers)
    assert (other.status_code, other.json()["title"]) == (422, "Idempotency key reused")


async def test_they_are_listed(client: httpx.AsyncClient) -> None:
    agents = await crew(client, "Ada")
    ids = [(await client.post(PATH, json=body(agents))).json()["id"] for _ in range(3)]
    page = (await client.get(PATH, params={"limit": 2})).json()
    rest = (await client.get(PATH, params={"after": page["next"]})).json()
    assert [each["id"] for each in page["collaborations"] + rest["collaborations"]] == ids
    assert rest["next"] is None
    assert "steps" not in page["collaborations"][0]


@pytest.mark.parametrize("method_and_path", [("GET", NOTHING), ("POST", f"{NOTHING}/cancel"), ("GET", "else")])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, method_and_path: tuple[str, str]) -> None:
    method, path = method_and_path
    response = await client.request(method, f"{PATH}/{path}")
    assert response.status_code == 404
    assert "GET /api/collaboration lists them" in response.json()["detail"]


async def test_unknown_agents_are_not_found(client: httpx.AsyncClient) -> None:
    response = await client.post(PATH, json=body([NOBODY]))
    assert (response.status_code, NOBODY in response.json()["detail"]) == (404, True)


async def test_a_refusal_says_which_maturity_is_needed(client: httpx.AsyncClient) -> None:
    intern, starter = await create_agent(client, "Ivy", "INTERN"), await create_agent(client, "Sue", "SUPERVISED")
    joining = await client.post(PATH, json=body([intern]))
    starting = await client.post(PATH, json=body([starter], started_by=starter))
    assert (joining.status_code, starting.status_code) == (403, 403)
    assert "to join a collaboration needs SUPERVISED or more" in joining.json()["detail"]
    assert "to start a collaboration needs AUTONOMOUS" in starting.json()["detail"]


@pytest.mark.parametrize(
    ("wrong", "pointer", "detail"),
    [
        ({"workflow": "tower"}, "/body", "there is no such workflow"),
        ({"workflow": "review"}, "/body", "'review' is for 2 agents, got 1"),
        ({"agents": [NOBODY, NOBODY]}, "/body/agents", "each agent once"),
        ({"task": ""}, "/body/task", "at least 1 character"),
    ],
)
async def test_a_mistake_is_pointed_to(
    client: httpx.AsyncClient, wrong: dict[str, object], pointer: str, detail: str
) -> None:
    response = await client.post(PATH, json={**body([NOBODY]), **wrong})
    assert response.status_code == 422
    found: dict[str, Any] = response.json()
    assert found["errors"][0]["pointer"] == pointer
    assert detail in found["detail"]
