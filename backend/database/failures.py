"""What a failure of the database means to whoever sent the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from backend.errors import UnavailableError

_EXHAUSTED_FOR: Final = 1.0
_GONE_FOR: Final = 5.0
SILENT_FOR: Final = 5.0
"""Seconds after which it makes sense to try again: when requests before this one may be done, or a server is back."""

_CONFLICT: Final = "40"
_READ_ONLY: Final = "25006"
"""A server that takes no writes: another one has taken its place."""

_REFUSED: Final = ("25006", "53", "54", "55", "57014")
"""Classes and codes of SQLSTATE with which a server that is there refuses a statement.

https://www.postgresql.org/docs/18/errcodes-appendix.html
"""


@contextmanager
def translate_failures() -> Iterator[None]:
    """Turn the failures of the database within this context into our own error.

    Raises:
        UnavailableError: every connection is in use, the database cannot be reached, or it cannot do this now.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError(
            "every connection to the database is in use: try again later", retry_after=_EXHAUSTED_FOR
        ) from error
    except DBAPIError as error:
        gone = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        if gone or _state(error) == _READ_ONLY:
            raise _unavailable(error) from error
        raise


def is_conflict(error: DBAPIError) -> bool:
    """Tell whether a transaction failed only because of another one, as in a deadlock: again it may succeed."""
    return _state(error).startswith(_CONFLICT)


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _unavailable(error: DBAPIError) -> UnavailableError:
    state = _state(error)
    if is_conflict(error):
        return UnavailableError(
            "another request changed the same data at the same time: try again", retry_after=_EXHAUSTED_FOR
        )
    if state.startswith(_REFUSED) and not error.connection_invalidated:
        return UnavailableError(
            f"the database cannot do this now (SQLSTATE {state}): try again later", retry_after=_GONE_FOR
        )
    return UnavailableError("the database cannot be reached: try again later", retry_after=_GONE_FOR)
