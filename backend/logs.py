"""Structured logs: a JSON object a line on stderr; never a header, a query or a body, which may hold secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Final

import structlog

QUIET: Final = (
    "httpx",  # it logs whole URLs, whose queries may hold secrets
    "httpcore",
    "alembic",  # the service says itself where it is
    "uvicorn",
)


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a record of uvicorn says more than that a request ended in a bug, or a start in an error.

    Of both the service tells by itself.
    """
    text = str(record.msg)
    return not (text.startswith("Exception in ASGI application") or "backend.errors.StartError: " in text)


def logger() -> structlog.stdlib.BoundLogger:
    """Return the log of the service."""
    log: structlog.stdlib.BoundLogger = structlog.get_logger("backend")
    return log


def error_without_message(error: BaseException) -> dict[str, str]:
    """Return what is logged of a mistake: where it was raised, but not its message.

    Messages, pydantic's for one, quote what was sent.
    """
    return {"error": type(error).__name__, "traceback": "".join(traceback.format_tb(error.__traceback__))}


def configure(level: int = logging.INFO) -> None:
    """Write what the service and its libraries log as JSON lines to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
