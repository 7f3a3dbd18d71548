from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import httpx
import pytest

from backend.tests.service_process import run, service
from backend.tests.services import temporary_directory


def create(url: str) -> str:
    created = httpx.post(f"{url}/api/agents", json={"name": "Pilot"}, timeout=60)
    assert created.status_code == 200, created.text
    identifier: str = created.json()["id"]
    return identifier


def test_it_needs_nothing_and_what_it_was_told_survives_a_restart() -> None:
    with temporary_directory() as folder:
        data = ("--data-dir", str(folder / "data"), "--providers", "sandbox")
        with service(*data) as first:
            agent = create(first.url)
            question = {"agent_id": agent, "message": "Hello"}
            answers = [
                httpx.post(f"{first.url}/api/agent/chat", json={**question, "provider": name}, timeout=60)
                for name in ("openai", "anthropic", "deepseek", "gemini")
            ]
            second = run("--port", "0", *data)
            assert first.stop() == 0
        with service(*data) as again:
            found = httpx.get(f"{again.url}/api/agents/{agent}", timeout=60)
            assert again.stop(signal.SIGINT) == 0
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json()["message"] for answer in answers)
    assert found.json()["name"] == "Pilot"
    assert first.announced[1] == f"data       {folder / 'data'} (PostgreSQL and Valkey)"
    assert first.announced[2] == "provider   anthropic: sandbox"
    assert second.returncode == 2
    assert "--data-dir" in second.stderr


def test_it_uses_the_servers_that_are_configured(database_url: str, redis_url: str) -> None:
    with service(DATABASE_URL=database_url, REDIS_URL=redis_url, OPENAI_API_KEY="hidden") as running:
        assert httpx.get(f"{running.url}/readyz", timeout=60).json()["status"] == "ok"
        agent = create(running.url)
        refused = httpx.post(
            f"{running.url}/api/agent/chat",
            json={"agent_id": agent, "message": "Hi", "provider": "gemini"},
            timeout=60,
        )
        log = running.process.stderr
        assert running.stop() == 0
        assert log is not None
        lines = [json.loads(line) for line in log.read().splitlines()]
    assert running.announced[1] == "data       on the configured servers"
    assert "provider   openai: has a key" in running.announced
    assert "provider   gemini: no key: set GEMINI_API_KEY" in running.announced
    assert refused.status_code == 503
    assert "GEMINI_API_KEY" in refused.json()["detail"]
    assert [line["path"] for line in lines if line["event"] == "request"][-1] == "/api/agent/chat"
    assert "hidden" not in json.dumps(lines)


def test_messages_reach_other_processes_and_nobody_who_waits_for_them_delays_the_end(
    database_url: str, redis_url: str
) -> None:
    variables = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    with service(**variables) as one, service(**variables) as other:
        agent = create(one.url)
        inbox = f"{one.url}/api/agents/{agent}/messages"
        with httpx.stream("GET", inbox, headers={"Accept": "text/event-stream"}, timeout=60) as stream:
            lines = stream.iter_lines()
            body = {"target_agent_id": agent, "message": "Hello from afar"}
            assert httpx.post(f"{other.url}/api/agents/{agent}/message", json=body, timeout=60).status_code == 200
            first = next(line for line in lines if line.startswith("data:"))
            one.process.send_signal(signal.SIGTERM)
            rest = [line for line in lines if not line.startswith((":", "id:"))]  # raises if it broke off
        assert one.process.wait(60) == 0
        log = one.process.stderr.read() if one.process.stderr else ""
    assert json.loads(first.removeprefix("data:"))["message"] == "Hello from afar"
    assert not any(rest)
    assert "exceeded" not in log


def test_without_its_own_server_it_ends_and_says_so(redis_url: str) -> None:
    with temporary_directory() as folder, service("--data-dir", str(folder / "data"), REDIS_URL=redis_url) as running:
        os.kill(int((folder / "data/postgres.lock").read_text()), signal.SIGKILL)
        _, log = running.process.communicate(timeout=60)
    assert running.process.returncode == 1
    assert f"PostgreSQL ended unexpectedly: see the logs in {folder / 'data'}" in log


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("--port", str(port))
    assert (result.returncode, result.stdout) == (2, "")
    assert str(port) in result.stderr
    assert "--port" in result.stderr


def test_a_database_that_is_not_migrated_is_said(database_url: str) -> None:
    variables = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:9"}
    run("migrate", "--down", "base", **variables)
    result = run("--port", "0", **variables)
    assert result.returncode == 2
    assert "python -m backend migrate" in result.stderr


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"BACKEND_ENV": "production"}, "BACKEND_API_KEYS"),
        ({"DATABASE_URL": "mysql://u:hidden@127.0.0.1/x", "REDIS_URL": "redis://127.0.0.1:9"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql:///d?host=a&host=b&port=1", "REDIS_URL": "redis://127.0.0.1:9"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:9/x", "REDIS_URL": "redis://:hidden@127.0.0.1:abc/0"}, "REDIS_URL"),
        ({"BACKEND_API_KEYS": ","}, "BACKEND_API_KEYS"),
        ({"OPENAI_BASE_URL": "api.example.com"}, "OPENAI_BASE_URL"),
        ({"BACKEND_WEBHOOK_SECRETS": '{"hidden": "hidden"}'}, "BACKEND_WEBHOOK_SECRETS"),
        ({"BACKEND_DATA_DIR": "/dev/null/x"}, "/dev/null"),
        ({"BACKEND_PROVIDER": "none-such"}, "BACKEND_PROVIDER"),
        ({"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:9/x", "REDIS_URL": "redis://127.0.0.1:9"}, "cannot be"),
    ],
    ids=[
        "no key",
        "other database",
        "odd database",
        "odd cache",
        "keys without a key",
        "no URL",
        "no source",
        "no folder",
        "no provider",
        "no database",
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(variables: dict[str, str], named: str, tmp_path: Path) -> None:
    result = run("--port", "0", **variables)
    assert result.returncode == 2
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert "hidden" not in result.stderr
