"""Keeps a process on this machine: connections and look-ups that would leave it are refused, and counted."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from ipaddress import ip_address

LOCAL_NAMES = frozenset({"localhost", ""})


@dataclass(slots=True)
class Loopback:
    """An audit hook (https://docs.python.org/3/library/audit_events.html), which stays until the process ends.

    It sees whatever Python itself connects; libpq, which is C, is given a URL on this machine.

    Attributes:
        connections: how many were made on this machine.
        strangers: the hosts elsewhere that somebody wanted to connect to, or to look up.
    """

    connections: int = 0
    strangers: list[str] = field(default_factory=list)

    def install(self) -> None:
        """Watch from now on."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and isinstance(address := arguments[1], tuple):  # a path is a Unix socket
            self.connections += 1
            self._expect_local(str(address[0]))
        elif event == "socket.getaddrinfo":
            self._expect_local(_text(arguments[0]))

    def _expect_local(self, host: str) -> None:
        if not is_local(host):
            self.strangers.append(host)
            raise PermissionError(f"{host} is not on this machine")


def is_local(host: str) -> bool:
    """Tell whether a host is this machine; a name is not looked up."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES


def _text(host: object) -> str:
    if isinstance(host, bytes):
        return host.decode("ascii", "backslashreplace")
    return "" if host is None else str(host)
