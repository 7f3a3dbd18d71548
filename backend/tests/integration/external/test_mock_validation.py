"""Doubles stand at the edge of the service only: the network. What is behind it is real, and nothing is left behind."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpcore
import httpx
import pytest
import redis
from pydantic import AnyHttpUrl
from vcr import VCR
from vcr.record_mode import RecordMode

import tapecheck
from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client_of, create_agent, make_app
from backend.tests.network import CountingResolver, CountingTransport

pytestmark = pytest.mark.anyio
TESTS = Path(__file__).parents[2]
UPSTREAM = "https://api.example.com/endpoint"
DISHONEST = {
    "test_another_question_than_on_tape": {"TC401"},
    "test_tape_is_never_played": {"TC402"},
    "test_service_is_replayed": {"TC403"},
    "test_answer_that_no_provider_gives": {"TC501"},
    "test_mock_that_takes_any_arguments": {"TC502"},
    "test_service_is_mocked_away": {"TC503"},
    "test_mock_that_nothing_uses": {"TC504"},
    "test_override_stays": {"TC505"},
    "test_variable_stays": {"TC505"},
}
"""Tests of mock_cases.py, each with what it fails for."""
CASES = Path(__file__).with_name("mock_cases.py")
ROOT = Path(__file__).parents[4]
SOURCE = Path(tapecheck.__file__).parents[1]
PLUGINS = ("tapecheck.pytest_plugin", "recording", "anyio")
CODE = re.compile(r"^(TC\d+) error: ", re.MULTILINE)


@pytest.fixture
def upstream() -> CountingTransport:
    """Stands for the upstream, and nothing of ours."""
    return CountingTransport(lambda request: httpx.Response(200, json={"result": json.loads(request.content)["data"]}))


@pytest.fixture
async def client(
    anyio_backend: str, database_url: str, redis_url: str, upstream: CountingTransport
) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(upstream_url=AnyHttpUrl(UPSTREAM), breaker_failures=2)
    world = World(transport=upstream, resolver=CountingResolver(), fetch_transport=upstream)
    async with client_of(make_app(database_url, redis_url, settings=settings, world=world)) as client:
        yield client


async def test_mock_not_over_mocked(client: httpx.AsyncClient, upstream: CountingTransport) -> None:
    """The double answers `result`; that it was processed is the service's own doing."""
    response = await client.post("/api/endpoint", json={"data": "test"})
    assert response.status_code == 200
    assert response.json() == {"processed": True, "status": 200, "result": {"result": "test"}}
    assert len(upstream.requests) == 1


async def test_mock_correct_arguments(client: httpx.AsyncClient, upstream: CountingTransport) -> None:
    await client.post("/api/endpoint", json={"data": "test"})
    [request] = upstream.requests
    assert (request.method, str(request.url)) == ("POST", UPSTREAM)
    assert json.loads(request.content) == {"data": "test"}
    assert request.headers["content-type"] == "application/json"


async def test_what_the_service_must_refuse_never_reaches_the_double(
    client: httpx.AsyncClient, upstream: CountingTransport
) -> None:
    agent = await create_agent(client)
    refused = [
        await client.post("/api/endpoint", json={"wrong": "test"}),
        await client.post(f"/api/agents/{agent}/fetch", json={"url": "http://127.0.0.1/"}),
        await client.post("/api/agents/absent/fetch", json={"url": "https://api.example.com/data"}),
        await client.post("/api/agent/chat", json={"agent_id": "absent", "message": "Hello"}),
    ]
    assert [response.status_code for response in refused] == [422, 400, 404, 404]
    assert upstream.requests == []


async def test_the_circuit_breaker_behind_the_double_is_real(
    database_url: str, redis_url: str, upstream: CountingTransport
) -> None:
    """Its effect is in a real Valkey, and on a second service that shares nothing else."""
    settings = Settings(upstream_url=AnyHttpUrl(UPSTREAM), breaker_failures=2)
    down = CountingTransport(lambda request: httpx.Response(500))
    async with client_of(make_app(database_url, redis_url, settings=settings, world=World(transport=down))) as first:
        statuses = [(await first.post("/api/endpoint", json={"data": 1})).status_code for _ in range(3)]
    async with client_of(
        make_app(database_url, redis_url, settings=settings, world=World(transport=upstream))
    ) as other:
        response = await other.post("/api/endpoint", json={"data": 1})
    assert statuses == [502, 502, 503]
    assert len(down.requests) == 2
    assert (response.status_code, upstream.requests) == (503, [])
    with redis.Redis.from_url(redis_url) as valkey:
        assert valkey.keys("*api.example.com*")


async def test_an_agent_behind_the_double_is_a_row_that_another_service_reads(
    client: httpx.AsyncClient, database_url: str, redis_url: str
) -> None:
    agent = await create_agent(client, "Kept")
    async with client_of(make_app(database_url, redis_url)) as other:
        assert (await other.get(f"/api/agents/{agent}")).json()["name"] == "Kept"


async def test_mocks_are_cleaned_up(database_url: str, redis_url: str, tmp_path: Path) -> None:
    """What stood in is gone after its block: the transports that vcrpy patches, overrides, variables, connections."""
    before = state()
    double = CountingTransport()
    app = make_app(database_url, redis_url, world=World(transport=double))
    with VCR(record_mode=RecordMode.NONE).use_cassette(str(tmp_path / "none.yaml")):
        assert state() != before
        async with client_of(app):
            pass
    assert state() == before
    assert app.dependency_overrides == {}
    assert double.closed


def state() -> object:
    """What a double may change for everybody."""
    return (
        httpx.AsyncHTTPTransport.handle_async_request,
        httpx.ASGITransport.handle_async_request,
        httpcore.AsyncConnectionPool.handle_async_request,
        dict(os.environ),
    )


# --- what the plugin says of the wrong ones --------------------------------------------------------------------------


@pytest.fixture
def cases(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str
) -> Callable[..., dict[str, set[str]]]:
    """Run the tests of mock_cases.py, and return their names, with the codes for which each failed."""
    monkeypatch.setenv("CASES_DATABASE_URL", database_url)
    monkeypatch.setenv("CASES_REDIS_URL", redis_url)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (SOURCE, ROOT))))
    pytester.makepyfile(test_cases=CASES.read_text(encoding="utf-8"))

    def run(*options: str, table: str = 'first-party = ["backend"]') -> dict[str, set[str]]:
        pytester.makepyprojecttoml(f"[tool.tapecheck]\n{table}\n")
        plugins = [argument for plugin in PLUGINS for argument in ("-p", plugin)]
        pytester.runpytest_subprocess(*plugins, "-p", "no:cacheprovider", "--junit-xml=report.xml", *options)
        found: dict[str, set[str]] = {}
        for test in ElementTree.parse(pytester.path / "report.xml").getroot().iter("testcase"):
            codes = {code for part in test for code in CODE.findall(part.text or "") or ["failed"]}
            found.setdefault(test.get("name", ""), set()).update(codes)
        return found

    return run


def test_mocks_that_prove_nothing_fail(cases: Callable[..., dict[str, set[str]]]) -> None:
    """Without the plugin all of them are green, and with it the honest ones are."""
    green = cases("--contracts=off")
    assert set().union(*green.values()) == set()
    assert {name for name in green if not name.startswith("test_honest_")} == DISHONEST.keys()
    assert cases() == {name: DISHONEST.get(name, set()) for name in green}


def test_what_is_first_party_is_configured(cases: Callable[..., dict[str, set[str]]]) -> None:
    assert cases("-k", "test_service_is_mocked_away", table="") == {"test_service_is_mocked_away": set()}


# --- what the plugin has no eye for ----------------------------------------------------------------------------------


def patched(path: Path, tests: Path = TESTS) -> Iterator[str]:
    """Yield `file:line` of each call that replaces our own code by its name, and that unittest.mock has no part in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "monkeypatch.setattr" and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and str(target.value).startswith("backend."):
                yield f"{path.relative_to(tests).as_posix()}:{node.lineno}"


def test_no_test_patches_our_own_code() -> None:
    found = [place for path in sorted(TESTS.rglob("*.py")) for place in patched(path)]
    assert not found, "pass a double in at the edge (backend.parts.World):\n  " + "\n  ".join(found)


def test_the_search_for_patches_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "test_wrong.py"
    path.write_text(
        'def test(monkeypatch):\n    monkeypatch.setattr("backend.clock.SystemClock", None)\n', encoding="utf-8"
    )
    assert list(patched(path, tmp_path)) == ["test_wrong.py:2"]
