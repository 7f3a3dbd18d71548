"""The stand-in as an HTTP server, for this machine only."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Final

from tapecheck.faults import Ending, Reply
from tapecheck.model import Request
from tapecheck.serving import replies
from tapecheck.serving.answer import Answer
from tapecheck.serving.incoming import MessageError, read_request
from tapecheck.serving.playing import Asker, play

_HOST: Final = "127.0.0.1"
_LINGER: Final = 2.0
"""Seconds to wait for more of a request that is refused before it is read."""

_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing resets the connection (socket(7))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the machine the server takes.

    Attributes:
        request_bytes: size of the body of a request.
        connections: how many there may be at a time.
        patience: seconds that a client may take over the next bytes of a request, or to read those of a reply.
        hold: seconds that a connection is held for a client that does not leave.
    """

    request_bytes: int = 16 * 1024 * 1024
    connections: int = 64
    patience: float = 30
    hold: float = 600


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection; the standard library bounds their lines and header fields."""

    protocol_version = "HTTP/1.1"
    server_version = "tapecheck"
    sys_version = ""
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"
    disable_nagle_algorithm = True

    def __init__(self, house: Server, *arguments: object) -> None:
        self._house = house
        super().__init__(*arguments)  # type: ignore[arg-type]

    def setup(self) -> None:
        """Lose patience with clients that dawdle."""
        super().setup()
        self.connection.settimeout(self._house.limits.patience)

    def _serve(self) -> None:
        try:
            request = read_request(self.command, self.path, self.headers, self.rfile, self._house.limits.request_bytes)
        except MessageError as error:
            self._play(replies.text(error.status, f"{error.message}.").with_header("connection", "close"))
            self._give_up()
            return
        answer = self._house.answer(request)
        self._house.log(request, answer)
        self._play(answer.reply)
        self._end(answer.reply.ending)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a head, which the client may be sending still."""
        super().send_error(code, message, explain)
        self._give_up()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is that of the base
        """Say nothing: `log` says it."""

    def _play(self, reply: Reply) -> None:
        asker = Asker(takes_chunks=self.request_version != "HTTP/1.0", wants_body=self.command != "HEAD")
        if reply.framing is not None and not asker.takes_chunks:
            self.close_connection = True
        play(reply, asker, self.wfile.write, self._house.sleep)

    def _end(self, ending: Ending) -> None:
        if ending is Ending.DONE:
            return
        self.close_connection = True
        if ending is Ending.HOLD:
            self._wait_for_the_client_to_leave()
        elif ending is Ending.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.rfile.close()
            self.connection.close()  # before the server says good-bye, which would be no reset

    def _give_up(self) -> None:
        """Read on for a while without looking: a client that is still sending would miss the reply (RFC 9112, 9.6)."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(_LINGER)
        left = self._house.limits.request_bytes
        while left > 0 and (read := len(self.connection.recv(65536))):
            left -= read

    def _wait_for_the_client_to_leave(self) -> None:
        deadline = self._house.clock() + self._house.limits.hold
        while (left := deadline - self._house.clock()) > 0:
            self.connection.settimeout(left)
            if not self.connection.recv(4096):
                return


class _Listener(TCPServer):
    """Takes connections, each in a thread of its own, and knows which are open."""

    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, house: Server, port: int, connections: int) -> None:
        self._slots = BoundedSemaphore(connections)
        self._lock = Lock()
        self._open: dict[socket.socket, Thread] = {}
        super().__init__((_HOST, port), partial(_Handler, house))

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Serve a connection in a thread; refuse it where there are too many."""
        assert isinstance(request, socket.socket)  # noqa: S101 - so it is for TCP
        if not self._slots.acquire(blocking=False):
            self._refuse(request)
            return
        thread = Thread(target=self._work, args=(request, client_address), daemon=True)
        with self._lock:
            self._open[request] = thread
        try:
            thread.start()
        except RuntimeError:  # the system has no thread to give
            self._forget(request)
            self._refuse(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave or dawdle; whatever else goes wrong is a mistake of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def server_close(self) -> None:
        """Stop listening, cut every connection, and wait for the threads."""
        super().server_close()
        with self._lock:
            threads = list(self._open.items())
        for connection, thread in threads:
            _hang_up(connection)
            thread.join()

    def _work(self, request: socket.socket, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:  # noqa: BLE001 - as socketserver does: one connection must not end the server
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)
            self._forget(request)

    def _forget(self, request: socket.socket) -> None:
        with self._lock:
            del self._open[request]
        self._slots.release()

    def _refuse(self, request: socket.socket) -> None:
        request.settimeout(1)
        reply = replies.text(503, "The stand-in serves as many connections as it may: close some.")
        with contextlib.suppress(OSError):
            play(reply.with_header("connection", "close"), Asker(), request.sendall, time.sleep)
        self.shutdown_request(request)


class Server:
    """A server that listens on 127.0.0.1.

    Args:
        answer: to a request.
        port: to listen on; 0 for any that is free.
        log: is told of each request and its answer.
        limits: on what clients may take.
        sleep: waits between the drips of a slow reply; by default as long as the server is not closed.

    Raises:
        OSError: the port cannot be listened on.
    """

    def __init__(
        self,
        answer: Callable[[Request], Answer],
        *,
        port: int = 0,
        log: Callable[[Request, Answer], object] = lambda request, answer: None,
        limits: Limits = Limits(),
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._closing = Event()
        self.answer = answer
        self.log = log
        self.limits = limits
        self.sleep = sleep or self._closing.wait
        self.clock: Callable[[], float] = time.monotonic
        self._listener = _Listener(self, port, limits.connections)
        self._thread = Thread(target=partial(self._listener.serve_forever, poll_interval=0.02), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the URL without a path."""
        return f"http://{_HOST}:{self._listener.server_address[1]}"

    def __enter__(self) -> Server:
        """Return the server itself: it is running already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Stop, cutting whatever is under way."""
        self._closing.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        connection.shutdown(socket.SHUT_RDWR)
