"""A thread that keeps the id of this process, and looks for work that has nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from backend.durable.connections import StoppedError
from backend.durable.executors import Executor
from backend.logs import error_without_message, logger

_LOOK: Final = 1.0
"""Seconds between looks at the lock: so long can another process have our id before we know."""


class Keeper:
    """Runs from `start` to `stop`; it is a thread because a busy event loop must not cost the process its id.

    Args:
        executor: this process.
        look: adopts work that has nobody, and returns how many workflows.
        every: seconds between two looks for work.
        lost: is called, in the thread, when another process has taken the id.
    """

    def __init__(
        self, executor: Executor, look: Callable[[], int], *, every: float, lost: Callable[[], object]
    ) -> None:
        self._executor = executor
        self._look = look
        self._every = every
        self._lost = lost
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="durable-keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def adopt(self) -> int:
        """Look for work now, in the caller's thread, and return how many workflows were adopted."""
        return self._look()

    def end(self) -> None:
        """Look no more; a look that is under way ends by itself."""
        self._ended.set()

    def join(self) -> None:
        """Return when the thread has ended, which it does when the pool has been told to stop."""
        self._thread.join()

    def _run(self) -> None:
        since = 0.0
        pause = min(_LOOK, self._every)
        while not self._ended.wait(pause):
            since += pause
            try:
                if not self._executor.hold():
                    self._lost()
                    return
                if since >= self._every:
                    since = 0.0
                    self._look()
            except StoppedError:
                return
            except SQLAlchemyError:
                continue  # the database is away; the next look waits for it
            except Exception as error:  # noqa: BLE001 - without this thread, two processes may get one id
                logger().error("bug", **error_without_message(error))
