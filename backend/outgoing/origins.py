"""Whom a URL calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port, by which circuit breakers tell services apart.

    URLs that call the same service have the same origin: the host is in lower case, without a dot at its end, and the
    port is left out where it is that of the scheme (RFC 6454, section 6.2).
    """
    host = url.raw_host.decode("ascii").removesuffix(".")
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{url.port}" if url.port is not None else "")
