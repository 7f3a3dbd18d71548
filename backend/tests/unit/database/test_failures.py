from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from backend.database.failures import is_conflict, translate_failures
from backend.errors import UnavailableError

STATEMENT = "SELECT 'secret'"
GONE = "the database cannot be reached: try again later"
REFUSED = "the database cannot do this now (SQLSTATE {}): try again later"
CONFLICT = "another request changed the same data at the same time: try again"


def wrapped(
    error: psycopg.Error, kind: type[DBAPIError] = OperationalError, *, invalidated: bool = False
) -> DBAPIError:
    return kind(STATEMENT, {}, error, connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (PoolTimeoutError("QueuePool limit"), "every connection to the database is in use: try again later"),
        (wrapped(psycopg.OperationalError("connection refused: secret")), GONE),
        (wrapped(psycopg.InterfaceError("the connection is closed"), InterfaceError), GONE),
        (wrapped(errors.AdminShutdown(), invalidated=True), GONE),
        (wrapped(errors.CannotConnectNow()), GONE),
        (wrapped(errors.IdleInTransactionSessionTimeout(), InternalError, invalidated=True), GONE),
        (wrapped(errors.SerializationFailure()), CONFLICT),
        (wrapped(errors.DeadlockDetected()), CONFLICT),
        (wrapped(errors.LockNotAvailable()), REFUSED.format("55P03")),
        (wrapped(errors.QueryCanceled()), REFUSED.format("57014")),
        (wrapped(errors.ReadOnlySqlTransaction(), InternalError), REFUSED.format("25006")),
        (wrapped(errors.DiskFull()), REFUSED.format("53100")),
        (wrapped(errors.TooManyConnections(), invalidated=True), GONE),
    ],
    ids=lambda value: type(getattr(value, "orig", value)).__name__,
)
def test_what_may_pass_is_told_to_whoever_asked(error: Exception, detail: str) -> None:
    with pytest.raises(UnavailableError) as caught, translate_failures():
        raise error
    assert caught.value.detail == detail
    assert caught.value.retry_after
    assert caught.value.retry_after > 0
    assert caught.value.__cause__ is error
    assert "secret" not in detail


@pytest.mark.parametrize(
    "error",
    [
        wrapped(errors.UniqueViolation(), IntegrityError),
        wrapped(errors.NoActiveSqlTransaction(), InternalError),
        ValueError("of something else"),
        TimeoutError("not the pool's"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_a_fault_of_ours_stays_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translate_failures():
        raise error
    assert caught.value is error


def test_without_a_failure_nothing_happens() -> None:
    with translate_failures():
        pass


@pytest.mark.parametrize(
    ("error", "expected"),
    [(errors.SerializationFailure(), True), (errors.DeadlockDetected(), True), (errors.QueryCanceled(), False)],
    ids=["serialization", "deadlock", "cancelled"],
)
def test_what_failed_because_of_another_transaction(error: psycopg.Error, expected: bool) -> None:
    assert is_conflict(wrapped(error)) is expected
