"""HTTP calls of other services: the one module that makes clients, and that names httpx's errors."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from backend.errors import (
    AddressRefusedError,
    BrokenOffError,
    Problem,
    TimedOutError,
    UnavailableError,
    UpstreamError,
)
from backend.outgoing.decoding import ACCEPTED, decoder_for
from backend.settings import Settings

USER_AGENT: Final = "tapecheck-backend"


def make_client(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client. It follows no redirects, keeps no cookies, and uses no proxy.

    Args:
        settings: tell the time-outs.
        transport: sends the requests; httpx's own by default.
    """
    wait, connect = settings.read_timeout, settings.connect_timeout
    return httpx.AsyncClient(
        transport=transport or httpx.AsyncHTTPTransport(),
        timeout=httpx.Timeout(read=wait, write=wait, connect=connect, pool=connect),
        headers={"user-agent": USER_AGENT, "accept-encoding": ACCEPTED},
        # All agents share the client: what one is given by a host must not be sent with the request of another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # A proxy named by the environment would connect to addresses that nobody has checked. (Transports have a
        # `trust_env` of their own, for SSL_CERT_FILE and SSL_CERT_DIR: an operator's own authorities are welcome.)
        trust_env=False,
    )


async def iter_bounded(response: httpx.Response, limit: int) -> AsyncGenerator[bytes]:
    """Yield the body as it comes, unpacked; no more than a piece beyond the limit is ever in memory.

    Args:
        response: of a stream, or one that has been read.
        limit: the most bytes of the body, unpacked.

    Raises:
        UpstreamError: there are more, or they cannot be unpacked.
        BrokenOffError: the packed data have no end.
        httpx.TransportError: the connection broke off, or nothing came in time; `translating` is for these.
    """
    left = limit
    async with aclosing(_pieces(response)) as pieces:
        async for piece in pieces:
            left -= len(piece)
            if left < 0:
                detail = f"the answer has more than {limit} bytes, which is the most that is taken"
                raise UpstreamError(detail, transient=False, blames_host=False)
            yield piece


async def read_bounded(response: httpx.Response, limit: int) -> bytes:
    """Return the whole body, unpacked; for arguments and errors see `iter_bounded`."""
    return b"".join([piece async for piece in iter_bounded(response, limit)])


@contextmanager
def translating(who: str) -> Iterator[None]:
    """Turn httpx's errors into those of the service; a `TimeoutError` too.

    Args:
        who: the other service, as its name appears in the error.

    Raises:
        TimedOutError: it did not answer in time.
        BrokenOffError: its answer stopped, or was not HTTP.
        UpstreamError: it cannot be reached, or answered in a way that cannot be read.
        AddressRefusedError: its address is not one of http or https.
        UnavailableError: all connections are in use, which is not its fault.
    """
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise _translate(error, who) from error


async def _pieces(response: httpx.Response) -> AsyncGenerator[bytes]:
    if response.is_stream_consumed:  # by httpx, which has unpacked it
        yield response.content
        return
    decoder = decoder_for(response.headers.get("content-encoding", ""))
    async for data in response.aiter_raw():
        for piece in decoder.feed(data):
            yield piece
    decoder.close()


def _translate(error: Exception, who: str) -> Problem:
    """Return what the nearest class of the error means that is in the table."""
    if (distrust := _certificate_fault(error)) is not None:
        return UpstreamError(f"the certificate of {who} is not accepted: {distrust}", transient=False)
    kind = next(kind for kind in type(error).__mro__ if kind in PROBLEMS)
    return PROBLEMS[kind](who)


def _certificate_fault(error: BaseException | None) -> str | None:
    """Return OpenSSL's words where a certificate is the cause of an error; httpcore and httpx wrap it."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None


PROBLEMS: Final[Mapping[type[BaseException], Callable[[str], Problem]]] = {
    TimeoutError: lambda who: TimedOutError(f"timeout: {who} did not answer in time"),
    httpx.TimeoutException: lambda who: TimedOutError(f"timeout: {who} did not answer in time"),
    httpx.ConnectTimeout: lambda who: TimedOutError(f"timeout: {who} did not take a connection in time"),
    httpx.PoolTimeout: lambda who: UnavailableError(
        f"{who} was not asked: too many calls are under way; try again later", retry_after=1
    ),
    httpx.ConnectError: lambda who: UpstreamError(f"{who} cannot be reached: it took no connection; try again later"),
    httpx.ReadError: lambda who: BrokenOffError(f"{who} broke off its answer: the connection was lost"),
    httpx.RemoteProtocolError: lambda who: BrokenOffError(f"{who} broke off its answer, or did not answer in HTTP"),
    httpx.LocalProtocolError: lambda who: UpstreamError(
        f"{who} was not asked: the request cannot be written as HTTP", transient=False, blames_host=False
    ),
    httpx.UnsupportedProtocol: lambda who: AddressRefusedError(
        f"{who} may not be called: its scheme is none of http and https"
    ),
    httpx.InvalidURL: lambda who: AddressRefusedError(f"{who} may not be called: its address is not a URL"),
    httpx.TooManyRedirects: lambda who: UpstreamError(f"{who} redirects too often", transient=False, blames_host=False),
    httpx.DecodingError: lambda who: UpstreamError(f"{who} sent an answer that cannot be unpacked"),
    httpx.HTTPError: lambda who: UpstreamError(f"{who} could not be asked: the connection failed; try again later"),
}
"""What an error of httpx means; an error that is not here means what its parent class means."""
