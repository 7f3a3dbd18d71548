"""What DBOS logs, as the service logs it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NAME: Final = "dbos"
_CUT: Final = "Asyncio task cancelled"
"""How the message begins that tells of each workflow that a stop cuts: it goes on later, and nothing is wrong."""


@contextmanager
def plain_logs() -> Iterator[None]:
    """Hand the warnings of DBOS to the log of the service, without tracebacks, and keep the rest quiet.

    Without a handler of its own it would get one that writes plain text to stderr, and print tracebacks there.
    """
    log, handler = logging.getLogger(_NAME), logging.NullHandler()
    log.addHandler(handler)
    log.addFilter(_plain)
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeFilter(_plain)
        log.removeHandler(handler)


def _plain(record: logging.LogRecord) -> bool:
    if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
        record.msg, record.args = f"{record.getMessage()} {record.exc_info[0].__name__}", ()
    record.exc_info = record.exc_text = None
    return not str(record.msg).startswith(_CUT)
