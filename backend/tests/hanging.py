"""Servers that hang."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from backend.embedded.server import Server


@contextlib.contextmanager
def stopped(server: Server) -> Iterator[None]:
    """Stop all processes of a server, as a debugger would; a program that is not told of it sees it take connections.

    Linux only: the children of PostgreSQL, each of them a session of its own, are found in `/proc`.
    """
    _signal(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(server.pid, signal.SIGCONT)


def _signal(pid: int, number: signal.Signals) -> None:
    os.kill(pid, number)  # first the one that starts the others
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), number)


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """Listen, let the system take connections, and say nothing; yield `host:port`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
