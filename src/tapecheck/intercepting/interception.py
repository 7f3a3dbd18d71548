"""Answers given to this process's HTTP clients in place of the net's."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from tapecheck.errors import TapecheckError
from tapecheck.faults import Reply
from tapecheck.intercepting.arrivals import Arrivals
from tapecheck.intercepting.httpx_playing import play_to, play_to_async
from tapecheck.intercepting.patches import Patches
from tapecheck.intercepting.transports import runs_in_process, stand_before
from tapecheck.intercepting.urllib3_playing import stand_before_urllib3
from tapecheck.intercepting.wire import Wire
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest leaves out what only passes calls on

Answer = Callable[[Request], Reply | None]
"""Returns what is played to the client; None lets the request go on."""


class Interception:
    """Gives each request of httpx, httpx2 and urllib3 (so requests, too) to a function first, while it is open.

    A reply is played to the client piece by piece, and with the client's own errors. A request that the function does
    not answer goes on to whoever would have had it: vcrpy, respx, or the net. Requests that go through a transport
    which runs code in this process, such as `ASGITransport`, are none of the function's affair.

    Args:
        answer: the function; it may be called from several threads.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._patches = Patches()
        self._problems: list[TapecheckError] = []
        self._is_open = False
        self._arrivals = Arrivals(self._stand_before)

    @property
    def problems(self) -> tuple[TapecheckError, ...]:
        """Return the errors that were raised into clients: code that catches all errors may have hidden them."""
        return tuple(self._problems)

    def __enter__(self) -> Interception:
        """Stand before the libraries that have been imported, and those that will be."""
        self._is_open = True
        self._arrivals.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self._is_open = False
        self._arrivals.close()
        self._patches.take_back()

    def _stand_before(self) -> None:
        stand_before(self._patches, self._handle, self._handle_async)
        stand_before_urllib3(self._patches, self._wire)

    def _handle(self, library: ModuleType, transport: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if self._passes(transport):
            return transport.handle_request(request)
        request.read()
        wire = self._wire(_asked(request))
        return transport.handle_request(request) if wire is None else play_to(library, request, wire)

    async def _handle_async(
        self, library: ModuleType, transport: httpx.AsyncBaseTransport, request: httpx.Request
    ) -> httpx.Response:
        if self._passes(transport):
            return await transport.handle_async_request(request)
        await request.aread()
        if (wire := self._wire(_asked(request))) is None:
            return await transport.handle_async_request(request)
        return await play_to_async(library, request, wire)

    def _passes(self, transport: object) -> bool:
        return runs_in_process(transport) is not None

    def _wire(self, request: Request) -> Wire | None:
        if not self._is_open:
            return None
        try:
            reply = self._answer(request)
        except TapecheckError as error:
            self._problems.append(error)
            raise
        return None if reply is None else Wire(reply, request.method, self._problems.append)


def _asked(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        uri=str(request.url),
        headers=Headers(tuple(request.headers.multi_items())),
        body=Body(content=request.content),
    )
