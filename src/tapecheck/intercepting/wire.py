"""A connection that nobody is at the other end of: a reply as a client's socket sees it.

Nothing sleeps and nothing is sent. A pause is a number of seconds: one that is at least as long as the client waits is
a time-out, a shorter one is over at once.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, NoReturn

from tapecheck.errors import FaultError
from tapecheck.faults import Ending, Reply, Unreached

_TIMED_OUT: Final = "timed out"
_HINT: Final = "Give the client one: without it, nothing ever ends the wait."


class Wire:
    """One connection.

    Args:
        reply: what comes, whatever is sent.
        method: of the request, in upper case.
        note: is told of each error that says that the reply cannot be played to this client.
    """

    def __init__(self, reply: Reply, method: str, note: Callable[[FaultError], object]) -> None:
        from tapecheck.serving.playing import Asker, play

        self._reply = reply
        self._note = note
        self._steps: deque[bytes | float] = deque()
        play(reply, Asker(wants_body=method != "HEAD"), self._steps.append, self._steps.append)

    def connect(self, timeout: float | None, *, tls: bool) -> None:
        """Raise what connecting raises, if the server cannot be reached.

        Args:
            timeout: seconds that the client waits; None is for ever.
            tls: whether the connection is to be encrypted.

        Raises:
            OSError: as the system raises it.
            FaultError: the client would wait for ever, or does not look at certificates.
        """
        match self._reply.unreached:
            case Unreached.REFUSED:
                raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
            case Unreached.TIMED_OUT if timeout is None:
                self._refuse("the client has no connect time-out, and would wait until the system gives up", _HINT)
            case Unreached.TIMED_OUT:
                raise TimeoutError(_TIMED_OUT)
            case Unreached.UNRESOLVED:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            case Unreached.UNTRUSTED if not tls:
                self._refuse("the request is not encrypted, and so asks for no certificate", "Ask by https.")
            case Unreached.UNTRUSTED:
                raise _untrusted()

    def is_silent(self, timeout: float | None) -> bool:
        """Tell whether a client that waits this long, None for ever, would wait for ever."""
        return timeout is None and not self._steps and self._reply.ending is Ending.HOLD

    def read(self, most: int, timeout: float | None) -> bytes:
        """Return what comes next: of one piece only, and nothing where the connection was closed.

        Args:
            most: how many bytes at most.
            timeout: seconds that the client waits; None is for ever.

        Raises:
            TimeoutError: nothing comes in that time.
            ConnectionResetError: the connection was reset.
            FaultError: the client would wait for ever.
        """
        while self._steps:
            step = self._steps.popleft()
            if isinstance(step, bytes):
                if step[most:]:
                    self._steps.appendleft(step[most:])
                return step[:most]
            if timeout is not None and step >= timeout:
                self._steps.appendleft(step - timeout)
                raise TimeoutError(_TIMED_OUT)
        if self.is_silent(timeout):
            self._refuse("nothing more comes; the client has no read time-out, and would wait for ever", _HINT)
        match self._reply.ending:
            case Ending.RESET:
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            case Ending.HOLD:
                raise TimeoutError(_TIMED_OUT)
        return b""

    def _refuse(self, message: str, hint: str) -> NoReturn:
        error = FaultError(message, hint=hint)
        self._note(error)
        raise error


def _untrusted() -> ssl.SSLCertVerificationError:
    reason = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate"
    return ssl.SSLCertVerificationError(1, reason)
