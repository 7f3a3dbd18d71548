"""Transports of httpx and httpx2, and a place in front of them.

Both clients ask `_transport_for_url` for the transport of each request. What is put in front of it there is above
whatever vcrpy, respx or pytest-httpx replace on the transports themselves, in whatever order they were entered.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Final

from tapecheck.intercepting.patches import Function, Patches

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest leaves out what only passes calls on

_NAMES: Final = ("httpx", "httpx2")
_IN_PROCESS: Final = frozenset(("ASGITransport", "WSGITransport", "MockTransport", "_TestClientTransport"))
"""Classes of httpx, httpx2 and starlette.testclient."""

Handle = Callable[[ModuleType, "httpx.BaseTransport", "httpx.Request"], "httpx.Response"]
"""Answers a request in place of a transport, which it is given, as is the library of both (httpx or httpx2)."""

AsyncHandle = Callable[[ModuleType, "httpx.AsyncBaseTransport", "httpx.Request"], Awaitable["httpx.Response"]]
"""The same for asynchronous clients."""


@dataclass(frozen=True, slots=True)
class _Before:
    library: ModuleType
    transport: httpx.BaseTransport
    handle: Handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle(self.library, self.transport, request)


@dataclass(frozen=True, slots=True)
class _AsyncBefore:
    library: ModuleType
    transport: httpx.AsyncBaseTransport
    handle: AsyncHandle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.handle(self.library, self.transport, request)


def stand_before(patches: Patches, handle: Handle, async_handle: AsyncHandle) -> None:
    """Stand before the transports of each library that somebody has imported; of those stood before already, no more.

    Args:
        patches: hold what is replaced.
        handle: is asked in place of the transport.
        async_handle: likewise.
    """
    for library in _imported():
        patches.put(library.Client, "_transport_for_url", _standing(library, _Before, handle))
        patches.put(library.AsyncClient, "_transport_for_url", _standing(library, _AsyncBefore, async_handle))


def runs_in_process(transport: object) -> str | None:
    """Return the name of a transport that runs code in this process instead of asking the net; None for others."""
    while isinstance(transport, (_Before, _AsyncBefore)):
        transport = transport.transport
    return next((one.__name__ for one in type(transport).__mro__ if one.__name__ in _IN_PROCESS), None)


def _imported() -> Iterator[ModuleType]:
    for name in _NAMES:
        if (library := sys.modules.get(name)) is not None and hasattr(library, "AsyncClient"):
            yield library


def _standing(library: ModuleType, before: type, handle: Handle | AsyncHandle) -> Callable[[Function], Function]:
    def around(original: Function) -> Function:
        @wraps(original)
        def _transport_for_url(self: object, url: object) -> object:
            return before(library, original(self, url), handle)

        return _transport_for_url

    return around
