"""What chaos and benchmarks run on: servers of their own, and services as processes that can be killed."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

import httpx

from backend.database import migrate
from backend.embedded.data_directory import claim
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey
from backend.tests.service_process import ROOT, environment
from backend.tests.services import temporary_directory

Result = TypeVar("Result")

_PATIENCE: Final = 60
_POLL: Final = 0.02


class Process:
    """A service as a process, at a port that it keeps when it is started again.

    Args:
        command: of Python, to which `--port` and the port are added.
        variables: its settings.
        log: takes what it prints.
    """

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._variables = variables
        self._log = log
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: it does not; the message ends with what it printed.
        """
        command = [sys.executable, *self._command, "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment(self._variables), cwd=ROOT, stdout=log, stderr=log
            )
        async with asyncio.timeout(_PATIENCE), httpx.AsyncClient() as client:
            while not await _answers(client, f"{self.url}/healthz"):
                if self._process.poll() is not None:
                    raise RuntimeError(f"the service ended while it started:\n{self._log.read_text()[-4000:]}")
                await asyncio.sleep(_POLL)

    def kill(self) -> None:
        """End it as a crash does, with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_PATIENCE)
            self._process = None

    def stop(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_PATIENCE)
            self._process = None


class Machine:
    """A PostgreSQL and a Valkey of the scenario's own, and a directory for logs."""

    def __init__(self, postgres: Postgres, valkey: Valkey, thread: ThreadPoolExecutor, directory: Path) -> None:
        self._postgres = postgres
        self._valkey = valkey
        self._thread = thread
        self.directory = directory

    @property
    def database_url(self) -> str:
        """Return where PostgreSQL is."""
        return self._postgres.url

    def service(self, **variables: str) -> Process:
        """Return the service on these servers, not yet started."""
        return self.program("-m", "backend", "serve", **variables)

    def program(self, *command: str, **variables: str) -> Process:
        """Return another program of Python's on these servers, not yet started; it answers `GET /healthz`."""
        servers = {"DATABASE_URL": self._postgres.url, "REDIS_URL": self._valkey.url}
        return Process(command, servers | variables, self.directory / f"{secrets.token_hex(4)}.log")

    async def stop_postgres(self) -> None:
        """Stop PostgreSQL; its clients are disconnected."""
        await self._do(self._postgres.stop)

    async def start_postgres(self) -> None:
        """Start it again where it was."""
        await self._do(self._postgres.start)

    async def _do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


@asynccontextmanager
async def machine() -> AsyncIterator[Machine]:
    """Run the servers, which keep what they are told as in production; all of it is gone in the end."""
    with temporary_directory() as path, claim(path / "data") as directory, ThreadPoolExecutor(1) as thread:
        made = Machine(Postgres(directory), Valkey(directory), thread, path)
        loop = asyncio.get_running_loop()  # a server ends with the thread that started it: one thread starts all
        try:
            await loop.run_in_executor(thread, made._postgres.start)
            await loop.run_in_executor(thread, made._valkey.start)
            await loop.run_in_executor(thread, migrate.upgrade, made.database_url)
            yield made
        finally:
            await loop.run_in_executor(thread, made._valkey.stop)
            await loop.run_in_executor(thread, made._postgres.stop)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
