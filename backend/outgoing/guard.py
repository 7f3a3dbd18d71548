"""Keeps agents away from everything but public services (server-side request forgery, CWE-918)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import httpx

from backend.errors import AddressRefusedError, UpstreamError
from backend.outgoing.addresses import IPAddress, is_public
from backend.outgoing.resolving import Resolver
from backend.outgoing.urls import check_url, parse_url

PORTS: Final = {"http": 80, "https": 443}


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to public addresses only.

    A name is resolved once for each request, and the connection made to the very address that was checked: there is no
    second look-up, by which another address could slip in. TLS still verifies the name. Redirects are requests like
    any other, and pass through here again.

    Args:
        resolver: tells the addresses of a name.
        inner: makes the connections; by default httpx's own transport. One that is passed in must not keep connections
            for later requests: it would take those of two hosts on one address for the same.
    """

    def __init__(self, resolver: Resolver, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._resolver = resolver
        self._inner = inner or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            AddressRefusedError: its URL may not be called, its name has an address that is not public, or the answer
                redirects to a URL that may not be called.
            UpstreamError: its name has no address.
            TimedOutError: its addresses could not be found in time.
            UnavailableError: too many names are being looked up.
            httpx.TransportError: it could not be sent, or was not answered.
        """
        host = check_url(request.url)
        if isinstance(host, str):
            addresses, name = await self._resolve(host, request.url), host
        else:
            addresses, name = (host,), None
        response = await self._send(request, addresses, name)
        if response.has_redirect_location:
            await _check_redirect(request, response)
        return response

    async def aclose(self) -> None:
        """Close what makes the connections."""
        await self._inner.aclose()

    async def _resolve(self, name: str, url: httpx.URL) -> Sequence[IPAddress]:
        """Return the addresses of a name, all of which are public: an answer that mixes them is an attack."""
        addresses = await self._resolver(name, url.port or PORTS[url.scheme])
        if not addresses:
            raise UpstreamError(f"{name} cannot be resolved: it has no address", transient=False, blames_host=False)
        if not all(map(is_public, addresses)):  # which one is nobody's business: it would map the network behind us
            raise AddressRefusedError(f"{name} may not be called: it has an address that is not public")
        return addresses

    async def _send(self, request: httpx.Request, addresses: Sequence[IPAddress], name: str | None) -> httpx.Response:
        """Send a request to the first address that takes a connection."""
        *others, last = addresses
        for address in others:
            try:
                return await self._inner.handle_async_request(_aim(request, address, name))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_aim(request, last, name))


def _aim(request: httpx.Request, address: IPAddress, name: str | None) -> httpx.Request:
    """Return the request, to be sent to an address; its `Host` and the name that TLS verifies stay."""
    headers = httpx.Headers(request.headers)
    headers["connection"] = "close"
    return httpx.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=headers,
        stream=request.stream,
        extensions=request.extensions if name is None else {**request.extensions, "sni_hostname": name},
    )


async def _check_redirect(request: httpx.Request, response: httpx.Response) -> None:
    """Refuse a redirect that leads nowhere before httpx follows it: some it cannot read, and calls a broken answer."""
    try:
        check_url(parse_url(response.headers["location"], request.url))
    except AddressRefusedError:
        await response.aclose()
        raise
