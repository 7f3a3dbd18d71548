"""What the embedded servers have in common: a port, a start, an end."""

from __future__ import annotations

import contextlib
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from signal import Signals
from typing import ClassVar, Final

from backend.embedded.data_directory import DataDirectory, write_holder
from backend.embedded.processes import Process, Program, log_tail, read_log, wait_until
from backend.errors import StartError

_CLASHES: Final = 5
_PORT_TAKEN: Final = "Address already in use"  # strerror of EADDRINUSE in the C locale
HOST: Final = "127.0.0.1"


class Server(ABC):
    """A server that listens on the loopback interface only and keeps its data in a data directory.

    Start it in the main thread, or in one that stays: on Linux it ends with the thread that started it.

    Args:
        directory: claimed by this process.
        durable: whether data survive a crash of the machine; False is faster, and for tests.

    Attributes:
        name: of its files in the data directory.
        title: as messages call it.
        end_signal: asks it to end.
        ready: what it logs when it takes connections.
        patience: seconds that it may take until then.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    end_signal: ClassVar[Signals]
    ready: ClassVar[str]
    patience: ClassVar[float] = 60

    def __init__(self, directory: DataDirectory, *, durable: bool = True) -> None:
        self._directory = directory
        self._durable = durable
        self._password = directory.password(self.name)
        self._port: int | None = None
        self._process: Process | None = None

    @abstractmethod
    def _prepare(self) -> None:
        """Make whatever must be there before the server starts; nothing of an earlier run is left."""

    @abstractmethod
    def _command(self, port: int) -> tuple[list[str], bytes]:
        """Return the program's path and arguments, which every user of the system can see, and what it reads."""

    @abstractmethod
    def _meet(self, port: int) -> None:
        """Connect to the server, which says that it is ready, and make what we need of it.

        Raises:
            StartError: it does not let us in.
        """

    @abstractmethod
    def _url(self, port: int) -> str:
        """Return where the server is reached, the password included."""

    @property
    def url(self) -> str:
        """Return where the server is reached, the password included.

        It outlives `stop` and `start`, unless another program takes the port in between.

        Raises:
            StartError: the server was never started.
        """
        if self._port is None:
            raise StartError(f"{self.title} was not started: call start() before")
        return self._url(self._port)

    @property
    def pid(self) -> int:
        """Return the id of the server's first process.

        Raises:
            StartError: the server is not running.
        """
        if self._process is None:
            raise StartError(f"{self.title} is not running: call start() before")
        return self._process.pid

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Start the server, yield its URL, stop it.

        Raises:
            StartError: it does not start; the message ends with the last lines of its log.
        """
        url = self.start()
        try:
            yield url
        finally:
            self.stop()

    def start(self) -> str:
        """Start the server and return its URL when it answers.

        Raises:
            StartError: it does not start; the message ends with the last lines of its log.
        """
        with self._directory.lock(self.name) as lock:
            self._prepare()
            for _ in range(_CLASHES):
                self._port = self._port or _free_port()
                if process := self._launch(self._port, lock):
                    self._process = process
                    return self.url
                self._port = None
        raise StartError(f"{self.title} found its port taken {_CLASHES} times in a row: start the service again")

    def has_ended(self) -> bool:
        """Tell whether the server was started, and ended without being asked to."""
        return self._process is not None and self._process.has_ended()

    def stop(self) -> None:
        """Stop the server; what it was told is kept."""
        if self._process:
            self._process.stop()
            self._process = None

    def _launch(self, port: int, lock: int) -> Process | None:
        """Start the server on a port; None where another program has it."""
        log = self._directory.new_log(self.name)
        command, stdin = self._command(port)
        program = Program(
            command=command,
            account=self._directory.account,
            log=log,
            end_signal=self.end_signal,
            stdin=stdin,
            keep=(lock,),
        )
        with contextlib.ExitStack() as stack:
            process = Process(program)
            stack.callback(process.stop)
            write_holder(lock, process.pid)
            if wait_until(lambda: process.has_ended() or self.ready in read_log(log), seconds=self.patience):
                if not process.has_ended():
                    self._meet(port)
                    stack.pop_all()
                    return process
                reason = "ended while it started"
            else:
                reason = f"did not answer within {self.patience:g} s"
        tail = log_tail(log)
        if _PORT_TAKEN in tail:
            return None
        raise StartError(f"{self.title} {reason}; the end of {log}:\n{tail}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
