"""From the name of a host to its addresses."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from ipaddress import ip_address
from typing import Final, TypeAlias

from backend.errors import TimedOutError, UnavailableError, UpstreamError
from backend.outgoing.addresses import IPAddress

Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
"""Takes a host's name and a port; returns its addresses, the ones to be tried first at the front.

It raises `UpstreamError` where the name has none.
"""

LookUp: TypeAlias = Callable[[str, int], Sequence[IPAddress]]
"""The same for a thread, which it holds up until there is an answer; it raises `OSError` or `UnicodeError`."""

MOST_LOOK_UPS: Final = 64
"""At the same time, those included that nobody waits for any more."""


def look_up(host: str, port: int) -> Sequence[IPAddress]:
    """Ask the operating system.

    Raises:
        OSError: the name cannot be resolved.
        UnicodeError: it has a label that is empty, or longer than 63 characters.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # a dict keeps the order, and each address once
    return tuple({ip_address(sockaddr[0]): None for *_, sockaddr in found})


class SystemResolver:
    """Asks the operating system, in threads of its own.

    The system cannot be told to stop: a name whose servers are silent holds its thread for half a minute or so. In the
    threads of asyncio, which are few and which agents would share with the rest of the service, such names would stop
    all look-ups. Nobody waits for these threads at the end of the process, either.

    Args:
        timeout: seconds for each look-up.
        most: so many at the same time, those included that have run out of time and still hold their thread.
        look_up: is called in the threads.
    """

    def __init__(self, timeout: float, *, most: int = MOST_LOOK_UPS, look_up: LookUp = look_up) -> None:
        self._timeout = timeout
        self._free = threading.Semaphore(most)
        self._look_up = look_up

    async def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        """Return the addresses.

        Raises:
            UpstreamError: the name cannot be resolved.
            TimedOutError: no answer came in time.
            UnavailableError: too many names are being looked up.
        """
        if not self._free.acquire(blocking=False):
            raise _busy(host)
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.wrap_future(self._start(host, port))
        except TimeoutError as error:
            raise TimedOutError(f"timeout: the addresses of {host} could not be found in time") from error
        except socket.gaierror as error:
            # This one says that no server answers, any other that there is no such name.
            raise _unresolved(host, passing=error.errno == socket.EAI_AGAIN) from error
        except OSError as error:  # of this machine, such as too many open files
            raise _busy(host) from error
        except UnicodeError as error:
            raise _unresolved(host, passing=False) from error

    def _start(self, host: str, port: int) -> Future[Sequence[IPAddress]]:
        found: Future[Sequence[IPAddress]] = Future()
        found.set_running_or_notify_cancel()  # from here on it cannot be cancelled, and always takes what is found
        thread = threading.Thread(target=self._find, args=(host, port, found), name="look-up", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the system has no more threads
            self._free.release()
            raise _busy(host) from error
        return found

    def _find(self, host: str, port: int, found: Future[Sequence[IPAddress]]) -> None:
        try:
            addresses = self._look_up_and_make_room(host, port)
        except (OSError, UnicodeError) as error:
            found.set_exception(error)
        else:
            found.set_result(addresses)

    def _look_up_and_make_room(self, host: str, port: int) -> Sequence[IPAddress]:
        try:
            return self._look_up(host, port)
        finally:
            self._free.release()


def _busy(host: str) -> UnavailableError:
    return UnavailableError(
        f"{host} cannot be resolved now: too many names are being looked up; try again later", retry_after=1
    )


def _unresolved(host: str, *, passing: bool) -> UpstreamError:
    advice = "try again later" if passing else "look at its spelling"
    return UpstreamError(f"{host} cannot be resolved: {advice}", transient=passing, blames_host=passing)
