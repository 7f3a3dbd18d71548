"""Which transport the request under way goes through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Final

from tapecheck.intercepting.patches import Patches
from tapecheck.intercepting.transports import runs_in_process, stand_before

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest leaves out what only passes calls on


@dataclass(frozen=True, slots=True)
class _UnderWay:
    transport: str | None
    uri: str


_UNDER_WAY: Final[ContextVar[_UnderWay | None]] = ContextVar("tapecheck_request_under_way", default=None)


def in_process(uri: str | None = None) -> str | None:
    """Return the name of the transport that the request under way goes through, if it runs code in this process.

    Args:
        uri: of the request that is asked for: an application that answers in this process may ask others itself, with a
            client that is not watched. None is for whichever is under way.

    Returns:
        A name such as `ASGITransport`; None where the request goes to the net, or where nobody is `Watching`.
    """
    request = _UNDER_WAY.get()
    return None if request is None or uri not in (None, request.uri) else request.transport


class Watching:
    """Notes which transport each request of httpx and httpx2 goes through, as long as it is open."""

    def __init__(self) -> None:
        self._patches = Patches()

    def __enter__(self) -> Watching:
        """Watch the libraries that have been imported."""
        self.take_in()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self._patches.take_back()

    def take_in(self) -> None:
        """Watch what has been imported since as well."""
        stand_before(self._patches, _watched, _watched_async)


def _watched(_: ModuleType, transport: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
    with _under_way(transport, request):
        return transport.handle_request(request)


async def _watched_async(_: ModuleType, transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    with _under_way(transport, request):
        return await transport.handle_async_request(request)


@contextmanager
def _under_way(transport: object, request: httpx.Request) -> Iterator[None]:
    token = _UNDER_WAY.set(_UnderWay(runs_in_process(transport), str(request.url)))
    try:
        yield
    finally:
        with suppress(ValueError):  # a coroutine that nobody ends is closed wherever it is collected
            _UNDER_WAY.reset(token)
