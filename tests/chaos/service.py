"""`python -m tests.chaos.service`: the service, with handlers that are slow or fail, so that there is more to break."""

from __future__ import annotations

import os
import random
import sys
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.clock import SystemClock
from backend.parts import World
from backend.serving import serve
from backend.settings import Settings
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.handlers import Handlers, journal

_FAILS: Final = 0.1
_SLEEP: Final = text("SELECT pg_sleep(0.05)")

enter = journal(SystemClock())


async def slow(delivery: Delivery, connection: AsyncConnection, /) -> None:
    """Leave time for a kill between the effect and the mark of success."""
    await enter(delivery, connection)
    await connection.execute(_SLEEP)


async def failing(delivery: Delivery, connection: AsyncConnection, /) -> None:
    """Fail now and then, behind the effect."""
    await enter(delivery, connection)
    if random.random() < _FAILS:
        raise RuntimeError("the handler fails now and then")


def main() -> int:
    """Serve until the process is ended."""
    handlers = Handlers().on("github", "*", slow).on("stripe", "*", failing)
    settings = Settings.load().model_copy(update={"port": int(sys.argv[sys.argv.index("--port") + 1])})
    return serve(settings, os.environ, sandbox=False, world=World(handlers=handlers))


if __name__ == "__main__":
    sys.exit(main())
