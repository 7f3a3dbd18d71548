"""From the name of a host to its addresses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import TypeAlias

from backend.errors import UpstreamError
from backend.outgoing.addresses import IPAddress

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""Takes a host's name and a port; returns its addresses, the ones to be tried first at the front.

It raises `UpstreamError` where the name has none.
"""


async def system_resolver(host: str, port: int) -> Sequence[IPAddress]:
    """Ask the operating system.

    Raises:
        UpstreamError: the name cannot be resolved.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        # This one says that no server answers, any other that there is no such name.
        raise _unresolved(host, passing=error.errno == socket.EAI_AGAIN) from error
    except UnicodeError as error:  # Python refuses labels that are empty, or longer than 63 characters
        raise _unresolved(host, passing=False) from error
    # a dict keeps the order, and each address once
    return tuple({ip_address(sockaddr[0]): None for *_, sockaddr in found})


def _unresolved(host: str, *, passing: bool) -> UpstreamError:
    advice = "try again later" if passing else "look at its spelling"
    return UpstreamError(f"{host} cannot be resolved: {advice}", transient=passing, blames_host=passing)
