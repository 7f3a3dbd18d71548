"""Agents that work on a task together: sequential, parallel and named workflows, failures, cancelling, `kill -9`.

What their provider answers is on the repository's cassettes, or what its contract allows; all calls go through `Relay`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest

from backend.tests.application import create_agent
from backend.tests.delivering import moment
from backend.tests.integration.agents.crew import NOBODY, answered, crew, keyed, refused
from backend.tests.integration.agents.office import PATH, TASK, Office, Together, told
from backend.tests.integration.agents.relay import ANSWERS
from backend.tests.service_process import service

if TYPE_CHECKING:
    from backend.tests.integration.agents.relay import Relay

pytestmark = pytest.mark.anyio

COST = 101 * 0.4e-6 + 17 * 1.6e-6
"""Of the tokens of both cassettes at the list prices of gpt-4.1-mini, in USD."""


@pytest.fixture
async def together(office: Office) -> AsyncIterator[Together]:
    """A service whose agents work together."""
    async with office.running() as running:
        yield running


async def test_agent_collaboration(together: Together) -> None:
    agent1, agent2 = await crew(together.client, "Researcher", "Writer")
    body = {"agents": [agent1, agent2], "task": "Research and write article", "workflow": "sequential"}
    response = await together.client.post("/api/collaboration", json=body)
    assert response.status_code == 200
    data = response.json()
    assert data["status"] == "started"
    assert len(data["agents"]) == 2
    assert (await together.until_ended(data["id"]))["status"] == "succeeded"


# --- workflows -------------------------------------------------------------------------------------------------------


async def test_sequential_collaboration_hands_each_answer_on(together: Together, relay: Relay) -> None:
    ada, bob = await crew(together.client, "Ada", "Bob")
    shown = await together.until_ended(await together.start([ada, bob]))
    assert relay.asked == ["Ada", "Bob"]
    assert [TASK in prompt for prompt in relay.prompts] == [True, True]
    assert ANSWERS["Ada"] in relay.prompts[1]
    assert (shown["status"], shown["result"], shown["error"]) == ("succeeded", ANSWERS["Bob"], None)
    assert told(shown, "agent") == [ada, bob]
    assert told(shown, "prompt") == relay.prompts
    assert told(shown, "answer") == list(ANSWERS.values())
    assert told(shown, "provider") == ["openai"] * 2
    assert told(shown, "attempts") == [1, 1]
    assert moment(shown["steps"][0], "ended_at") <= moment(shown["steps"][1], "started_at")


async def test_parallel_collaboration_asks_all_at_once(together: Together, relay: Relay) -> None:
    agents = await crew(together.client, "Ada", "Bob", "Cleo")
    relay.hold("Ada", "Bob", "Cleo")
    identifier = await together.start(agents, "parallel")
    await relay.until_asked("Ada", "Bob", "Cleo")
    assert told(await together.show(identifier), "status") == ["running"] * 3
    relay.release()
    shown = await together.until_ended(identifier)
    assert not any(answer in prompt for prompt in relay.prompts for answer in ANSWERS.values())
    answers = "\n\n".join(f"{name}:\n{answer}" for name, answer in ANSWERS.items())
    assert shown["result"] == f"{answers}\n\nCleo:\n{shown['steps'][2]['answer']}"
    assert sorted(relay.asked) == ["Ada", "Bob", "Cleo"]


async def test_agent_workflow_review(together: Together, relay: Relay) -> None:
    ada, bob = await crew(together.client, "Ada", "Bob")
    shown = await together.until_ended(await together.start([ada, bob], "review"))
    assert relay.asked == ["Ada", "Bob", "Ada"]
    assert told(shown, "agent") == [ada, bob, ada]
    assert told(shown, "after") == [[], ["draft"], ["critique"]]
    assert all(answer in relay.prompts[2] for answer in ANSWERS.values())
    assert (shown["status"], shown["result"]) == ("succeeded", ANSWERS["Ada"])


async def test_agent_workflow_debate(together: Together, relay: Relay) -> None:
    agents = await crew(together.client, "Ada", "Bob", "Cleo")
    relay.hold("Ada", "Bob")
    identifier = await together.start(agents, "debate")
    await relay.until_asked("Ada", "Bob")
    assert told(await together.show(identifier), "status") == ["running", "running", "pending"]
    relay.release()
    shown = await together.until_ended(identifier)
    assert relay.asked[2:] == ["Cleo"]
    assert all(answer in relay.prompts[2] for answer in ANSWERS.values())
    assert shown["result"] == shown["steps"][2]["answer"]


async def test_collaborations_do_not_wait_for_each_other(together: Together, relay: Relay) -> None:
    ada, bob = await crew(together.client, "Ada", "Bob")
    relay.hold("Ada")
    held = await together.start([ada])
    await relay.until_asked("Ada")
    others = [await together.start([bob], key) for key in ("sequential", "parallel")]
    for each in await asyncio.gather(*map(together.until_ended, others)):
        assert each["status"] == "succeeded"
    assert (await together.show(held))["status"] == "running"
    relay.release()
    assert (await together.until_ended(held))["status"] == "succeeded"


# --- what can be seen of it ------------------------------------------------------------------------------------------


async def test_steps_are_visible_while_it_runs_at_every_service(
    together: Together, relay: Relay, office: Office
) -> None:
    relay.hold("Bob")
    async with office.running(worker=False) as elsewhere:
        agents = await crew(elsewhere.client, "Ada", "Bob", "Cleo")
        identifier = await together.start(agents)
        shown = await elsewhere.until_steps(identifier, "succeeded", "running", "pending")
        assert (shown["status"], shown["result"], shown["ended_at"]) == ("running", None, None)
        first, second, third = shown["steps"]
        assert (first["answer"], first["usage"]["input_tokens"]) == (ANSWERS["Ada"], 17)
        assert (second["answer"], second["usage"], ANSWERS["Ada"] in second["prompt"]) == (None, None, True)
        assert (third["prompt"], third["started_at"], third["attempts"]) == (None, None, 0)
        assert (shown["totals"]["input_tokens"], shown["totals"]["output_tokens"]) == (17, 4)
        relay.release()
        assert (await elsewhere.until_ended(identifier))["status"] == "succeeded"


async def test_totals_of_tokens_and_cost(together: Together) -> None:
    shown = await together.until_ended(await together.start(await crew(together.client, "Ada", "Bob"), "parallel"))
    totals = shown["totals"]
    assert totals.pop("cost_usd") == pytest.approx(COST)
    assert totals == {"input_tokens": 101, "output_tokens": 17, "unpriced_models": []}
    assert told(shown, "model") == ["gpt-4.1-mini-2025-04-14"] * 2


async def test_one_idempotency_key_is_one_collaboration(together: Together, relay: Relay) -> None:
    [ada] = await crew(together.client, "Ada")
    body = {"agents": [ada], "task": TASK, "workflow": "sequential"}

    async def start(**other: object) -> httpx.Response:
        return await together.client.post(PATH, json={**body, **other}, headers=keyed("once"))

    [identifier] = {answered(each)["id"] for each in await asyncio.gather(*[start() for _ in range(5)])}
    await together.until_ended(identifier)
    assert answered(await start())["id"] == identifier
    assert identifier in refused(await start(task="Something else"), 422)["detail"]
    assert relay.asked == ["Ada"]


# --- cancelled, and failed -------------------------------------------------------------------------------------------


async def test_cancelled_at_another_service(relay: Relay, office: Office) -> None:
    relay.hold("Bob")
    async with office.running(worker=False) as elsewhere:
        async with office.running() as together:
            identifier = await together.start(await crew(together.client, "Ada", "Bob", "Cleo"))
            await relay.until_asked("Bob")
            cancelled = answered(await elsewhere.cancel(identifier))
            relay.release()
        shown = await elsewhere.show(identifier)
        again = refused(await elsewhere.cancel(identifier), 409)
    assert (cancelled["status"], cancelled["result"]) == ("cancelled", None)
    assert told(cancelled, "status") == ["succeeded", "cancelled", "cancelled"]
    assert told(cancelled, "answer") == [ANSWERS["Ada"], None, None]
    assert shown == cancelled
    assert again["detail"].startswith("the collaboration is cancelled")
    assert relay.asked == ["Ada", "Bob"]


@pytest.mark.parametrize("fault", ["status-503", "status-429", "truncated-json"])
async def test_a_step_that_fails_for_a_while_is_tried_again(together: Together, relay: Relay, fault: str) -> None:
    relay.faults["Bob"] = [fault]
    shown = await together.until_ended(await together.start(await crew(together.client, "Ada", "Bob")))
    assert (shown["status"], shown["result"]) == ("succeeded", ANSWERS["Bob"])
    assert told(shown, "attempts") == [1, 2]
    assert told(shown, "error") == [None, None]
    assert relay.asked == ["Ada", "Bob", "Bob"]
    assert relay.prompts[1] == relay.prompts[2]


async def test_a_step_that_keeps_failing_fails_the_collaboration_and_keeps_what_succeeded(
    together: Together, relay: Relay
) -> None:
    relay.faults["Bob"] = ["status-500"] * 3
    shown = await together.until_ended(await together.start(await crew(together.client, "Ada", "Bob", "Cleo")))
    assert (shown["status"], shown["result"]) == ("failed", None)
    assert shown["error"].startswith("the step 'step-2' failed: openai answered 500")
    assert told(shown, "status") == ["succeeded", "failed", "skipped"]
    assert told(shown, "answer") == [ANSWERS["Ada"], None, None]
    assert told(shown, "attempts") == [1, 3, 0]
    assert relay.asked == ["Ada", "Bob", "Bob", "Bob"]
    assert (shown["totals"]["input_tokens"], shown["totals"]["output_tokens"]) == (17, 4)


async def test_a_refusal_of_the_provider_is_final_and_the_others_are_asked_all_the_same(
    together: Together, relay: Relay
) -> None:
    relay.faults["Ada"] = ["status-401"]
    shown = await together.until_ended(await together.start(await crew(together.client, "Ada", "Bob"), "parallel"))
    assert (shown["status"], shown["result"]) == ("failed", None)
    assert told(shown, "status") == ["failed", "succeeded"]
    assert told(shown, "answer") == [None, ANSWERS["Bob"]]
    assert sorted(relay.asked) == ["Ada", "Bob"]


# --- who may ---------------------------------------------------------------------------------------------------------


JOIN = "join a collaboration needs SUPERVISED or more"
START = "start a collaboration needs AUTONOMOUS"


async def test_maturity_decides_who_takes_part_and_who_starts(office: Office) -> None:
    wanted = {"STUDENT": (JOIN, START), "INTERN": (JOIN, START), "SUPERVISED": ("", START), "AUTONOMOUS": ("", "")}
    async with office.running(worker=False) as running:
        [mature] = await crew(running.client, "Mature")
        for maturity, (joining, starting) in wanted.items():
            agent = await create_agent(running.client, "Agent", maturity)
            for agents, starter, needed in (([mature, agent], None, joining), ([mature], agent, starting)):
                body = {"task": TASK, "workflow": "sequential", "agents": agents, "started_by": starter}
                response = await running.client.post(PATH, json=body)
                if needed:
                    assert refused(response, 403)["detail"] == f"agent 'Agent' is {maturity}: to {needed}"
                else:
                    answered(response)
        started = answered(await running.client.get(PATH))["collaborations"]
        assert [each["started_by"] is None for each in started] == [True, True, False], "a refusal starts nothing"


async def test_what_is_not_there_and_what_is_wrong(office: Office, relay: Relay) -> None:
    async with office.running(worker=False) as running:
        [agent] = await crew(running.client, "Ada")
        body = {"agents": [agent], "task": TASK, "workflow": "sequential"}
        for change, status, part in (
            ({"agents": [agent, NOBODY]}, 404, NOBODY),
            ({"started_by": NOBODY}, 404, NOBODY),
            ({"workflow": "tower"}, 422, "no such workflow"),
            ({"workflow": "debate"}, 422, "for 3 agents, got 1"),
            ({"agents": []}, 422, "/body/agents"),
        ):
            response = await running.client.post(PATH, json={**body, **change})
            assert part in refused(response, status)["detail"]
        absent = f"{PATH}/col_{0:032x}"
        refused(await running.client.get(absent), 404)
        refused(await running.client.post(f"{absent}/cancel"), 404)
        assert answered(await running.client.get(PATH))["collaborations"] == []
    assert relay.asked == []


# --- kill -9 ---------------------------------------------------------------------------------------------------------


async def test_sequential_collaboration_resumed_after_kill_9_by_a_service_that_runs_beside(
    office: Office, relay: Relay
) -> None:
    relay.hold("Bob")
    with service(**office.variables) as running:
        async with office.running() as survivor:
            async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
                killed = Together(client=client)
                identifier = await killed.start(await crew(client, "Ada", "Bob", "Cleo"))
                await killed.until_steps(identifier, "succeeded", "running", "pending")
                await relay.until_asked("Bob")
            running.process.kill()
            running.process.wait()
            relay.release()
            shown = await survivor.until_ended(identifier)
    assert (shown["status"], shown["result"]) == ("succeeded", shown["steps"][2]["answer"])
    assert relay.asked == ["Ada", "Bob", "Bob", "Cleo"]
    assert relay.prompts[1] == relay.prompts[2]
    assert told(shown, "attempts") == [1, 2, 1]
    assert told(shown, "answer")[:2] == list(ANSWERS.values())


async def test_parallel_collaboration_resumed_after_kill_9_by_a_service_that_starts_later(
    office: Office, relay: Relay
) -> None:
    relay.hold("Bob", "Cleo")
    with service(**office.variables) as running:
        async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
            killed = Together(client=client)
            identifier = await killed.start(await crew(client, "Ada", "Bob", "Cleo"), "parallel")
            before = await killed.until_steps(identifier, "succeeded", "running", "running")
            await relay.until_asked("Bob", "Cleo")
        running.process.kill()
        running.process.wait()
    relay.release()
    async with office.running() as survivor:
        shown = await survivor.until_ended(identifier)
    assert shown["status"] == "succeeded"
    assert sorted(relay.asked) == ["Ada", "Bob", "Bob", "Cleo", "Cleo"]
    assert told(shown, "attempts") == [1, 2, 2]
    assert shown["steps"][0] == before["steps"][0]
