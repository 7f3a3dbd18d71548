"""Watches the answers of httpx and httpx2 that code gives: those of `MockTransport`, and what they are made of."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Final, TypeAlias, Union, cast

from tapecheck.mocking.hooks import Function, Hooks
from tapecheck.mocking.stage import Answer, Stage
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    import httpx

__tracebackhide__ = True  # pytest leaves out what only passes calls on

Stream: TypeAlias = Union["httpx.SyncByteStream", "httpx.AsyncByteStream"]

CLIENTS: Final = ("httpx", "httpx2")


class Transports:
    """Watches `MockTransport` of httpx and httpx2."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def take_in(self, library: ModuleType, hooks: Hooks) -> None:
        """Watch a library."""
        hooks.put(library.MockTransport, "handle_request", self._around(library))
        hooks.put(library.MockTransport, "handle_async_request", self._around_async(library))

    def _around(self, library: ModuleType) -> Callable[[Function], Function]:
        def around(handle: Function) -> Function:
            def handle_request(transport: object, request: httpx.Request) -> httpx.Response:
                response: httpx.Response = handle(transport, request)
                self._note(library, request, response)
                return response

            return handle_request

        return around

    def _around_async(self, library: ModuleType) -> Callable[[Function], Function]:
        def around(handle: Function) -> Function:
            async def handle_async_request(transport: object, request: httpx.Request) -> httpx.Response:
                response: httpx.Response = await handle(transport, request)
                self._note(library, request, response)
                return response

            return handle_async_request

        return around

    def _note(self, library: ModuleType, request: httpx.Request, response: httpx.Response) -> None:
        if self._stage.scene is not None:
            by = f"{library.__name__}.MockTransport"
            self._stage.scene.answers.append(seen(library, by, request, response))


def seen(library: ModuleType, by: str, request: httpx.Request, response: httpx.Response) -> Answer:
    """Return an answer of httpx or httpx2 as what it says, without reading its body before the client does.

    Args:
        library: httpx or httpx2.
        by: who gave it, in words.
        request: whose body has been read.
        response: whose stream is listened to if it can be read only once.
    """
    asked = Request(method=request.method.upper(), uri=str(request.url), body=Body(content=_sent(request)))
    headers = Headers(tuple(response.headers.multi_items()))
    return Answer(
        by=by, request=asked, status=response.status_code, headers=headers, content=_content(library, response)
    )


def _sent(request: httpx.Request) -> bytes:
    try:
        return request.content
    except RuntimeError:  # a body that is sent piece by piece
        return b""


def _content(library: ModuleType, response: httpx.Response) -> Callable[[], bytes | None]:
    stream = response.stream
    if isinstance(stream, library.ByteStream):
        content = b"".join(stream)
        return lambda: content
    pieces = Pieces()
    response.stream = _overheard(library, stream, pieces)
    return lambda: b"".join(pieces.heard) if pieces.is_whole else None


class Pieces:
    """What comes out of a stream that can be read only once.

    Attributes:
        heard: the pieces so far.
        is_whole: whether the stream came to its end.
    """

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.is_whole = False

    def each(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of a stream."""
        for piece in stream:
            self.heard.append(piece)
            yield piece
        self.is_whole = True

    async def each_async(self, stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Yield the pieces of an asynchronous stream."""
        async for piece in stream:
            self.heard.append(piece)
            yield piece
        self.is_whole = True


def _overheard(library: ModuleType, stream: Stream, pieces: Pieces) -> Stream:
    """Return the stream as one of the same kinds, synchronous or not or both, whose pieces are heard."""
    plain, awaited = cast("httpx.SyncByteStream", stream), cast("httpx.AsyncByteStream", stream)
    methods = {
        "__iter__": lambda _: pieces.each(plain),
        "__aiter__": lambda _: pieces.each_async(awaited),
        "close": lambda _: plain.close(),
        "aclose": lambda _: awaited.aclose(),
    }
    kinds = (library.SyncByteStream, library.AsyncByteStream)
    kind = type("Overheard", tuple(kind for kind in kinds if isinstance(stream, kind)), methods)
    return cast("Stream", kind())
