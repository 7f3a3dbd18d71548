"""`python -m backend serve`: starts everything in order, says where it is, and stops it in the reverse order."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import uvicorn

from backend import logs
from backend.app import OpenParts, create_app
from backend.cache.client import check_url
from backend.database import migrate
from backend.errors import StartError
from backend.llm.accounts import Account, accounts, sandbox_accounts
from backend.parts import Parts, World, assemble
from backend.providers.registry import PROVIDERS
from backend.servers import Servers, running
from backend.settings import Settings
from backend.webhooks.secrets import Secrets
from tapecheck.testing import stand_in

_GRACE = 10
"""Seconds that requests under way have to end when the service stops."""


def serve(settings: Settings, environment: Mapping[str, str], *, sandbox: bool, world: World | None = None) -> int:
    """Serve until the process is asked to stop, or a server that it runs has ended.

    Args:
        settings: of the service.
        environment: where the keys of the providers are.
        sandbox: whether a stand-in answers for the providers.
        world: what is outside of the service; None is the real one.

    Returns:
        0; 1 where a server has ended.

    Raises:
        StartError: something does not start.
    """
    logs.configure()
    with ExitStack() as stack:
        stack.enter_context(_ending_on_signals())
        listener = stack.enter_context(_listening(settings.host, settings.port))
        known = _accounts(environment, stack, sandbox=sandbox)
        _check_default(settings.provider, known)
        Secrets.configured(settings)  # before anything is started that would have to be stopped
        servers = stack.enter_context(running(settings))
        check_url(servers.redis_url)
        if "PostgreSQL" in servers.embedded:
            migrate.upgrade(servers.database_url)
        migrate.check(servers.database_url)
        parts = partial(
            assemble,
            settings,
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            accounts=known,
            world=world or World(),
        )
        _announce(listener, settings, servers, known, sandbox=sandbox)
        failures: list[StartError] = []
        opened: list[Parts] = []
        config = uvicorn.Config(
            create_app(settings, partial(_noting, parts, opened, failures)),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        server = _WatchfulServer(config, servers, opened)
        try:
            server.run(sockets=[listener])
        except SystemExit:  # that is how uvicorn ends when the application does not start
            server.lost = servers.ended()
            if failures and not server.lost:
                raise failures[0] from None
            if not server.lost:
                raise
        if server.lost:
            print(_explain(server.lost, settings), file=sys.stderr)
    return 1 if server.lost else 0


class _WatchfulServer(uvicorn.Server):
    """Stops when one of the servers that it needs has ended, and keeps nobody waiting when it stops.

    Attributes:
        lost: the names of those.
    """

    def __init__(self, config: uvicorn.Config, servers: Servers, opened: Sequence[Parts]) -> None:
        super().__init__(config)
        self.lost: Sequence[str] = ()
        self._servers = servers
        self._opened = opened

    async def on_tick(self, counter: int) -> bool:
        """Look once a second; uvicorn calls it ten times."""
        if counter % 10 == 0:
            self.lost = self._servers.ended()
        return await super().on_tick(counter) or bool(self.lost)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer requests that wait for something new, which would else take up the time for those under way."""
        for parts in self._opened:
            parts.notifications.end()
        await super().shutdown(sockets)


@asynccontextmanager
async def _noting(open_parts: OpenParts, opened: list[Parts], failures: list[StartError]) -> AsyncIterator[Parts]:
    """Open the parts, and note them, or why they do not open: of that, uvicorn tells nobody but the log."""
    try:
        async with open_parts() as parts:
            opened.append(parts)
            yield parts
    except StartError as error:
        failures.append(error)
        raise


def _explain(lost: Sequence[str], settings: Settings) -> str:
    return f"backend: {' and '.join(lost)} ended unexpectedly: see the logs in {settings.data_dir}, and start again"


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Unwind on SIGTERM, as Python does on SIGINT, so that no server is left behind."""

    def end(*_: object) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            raise StartError(
                f"cannot listen on {host}:{port} ({error.strerror}): choose another --host or --port"
            ) from None
        yield listener


def _accounts(environment: Mapping[str, str], stack: ExitStack, *, sandbox: bool) -> Mapping[str, Account]:
    if not sandbox:
        return accounts(PROVIDERS, environment)
    recorded = [folder] if (folder := Path("cassettes")).is_dir() else []
    return sandbox_accounts(PROVIDERS, stack.enter_context(stand_in(cassettes=recorded)))


def _check_default(provider: str, known: Mapping[str, Account]) -> None:
    if provider not in known:
        raise StartError(f"BACKEND_PROVIDER names no provider: expected one of {', '.join(known)}, got {provider!r}")


def _announce(
    listener: socket.socket, settings: Settings, servers: Servers, known: Mapping[str, Account], *, sandbox: bool
) -> None:
    """Say where everything is; never a password."""
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    data = (
        f"{settings.data_dir} ({' and '.join(servers.embedded)})" if servers.embedded else "on the configured servers"
    )
    print(f"listening  {url} (the API is described at {url}/docs)")
    print(f"data       {data}")
    for name, account in known.items():
        state = "sandbox" if sandbox else "has a key" if account.key else f"no key: set {account.key_variable}"
        print(f"provider   {name}: {state}")
    sys.stdout.flush()
