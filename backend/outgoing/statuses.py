"""What the status of another service's answer means, where it is no success."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from backend.errors import UnavailableError, UpstreamError
from backend.outgoing.retry_after import parse_retry_after

if TYPE_CHECKING:
    import httpx

BUSY: Final = frozenset({429, 503})
"""The statuses that say: not now."""

PASSING: Final = frozenset({408, 425})
"""The other statuses below 500 that another attempt may change."""


PARTIAL: Final = 206
"""A success for those who asked for a part, which we never do (RFC 9110, section 15.3.7)."""


class BusyError(UpstreamError):
    """A host that wants to be left alone.

    Not an `UnavailableError` from the start, since breakers learn nothing from those; see `reporting_busy`.
    """


def expect_whole(response: httpx.Response, now: datetime) -> None:
    """Pass over a response that is a success, and not of a part only; for arguments see `failure`.

    Raises:
        UpstreamError: it is another.
    """
    if not response.is_success:
        raise failure(response, now)
    if response.status_code == PARTIAL:
        detail = f"{host_of(response.url)} answered {PARTIAL}, a part of what was asked for; expected the whole"
        raise UpstreamError(detail, transient=False, blames_host=False)


def failure(response: httpx.Response, now: datetime) -> UpstreamError:
    """Return what an answer that is no success means.

    Args:
        response: its body is not looked at.
        now: the time of day, for a `Retry-After` that names a date.
    """
    status = response.status_code
    kind = BusyError if status in BUSY else UpstreamError
    return kind(
        f"{host_of(response.url)} answered {status}",
        retry_after=parse_retry_after(response.headers.get("retry-after"), now),
        transient=status >= 500 or status in PASSING or status in BUSY,
        blames_host=status >= 500,
    )


@contextmanager
def reporting_busy() -> Iterator[None]:
    """Tell whoever asked us, once no retry is left, that the other service wants to be left alone.

    Raises:
        UnavailableError: it does.
    """
    try:
        yield
    except BusyError as error:
        raise UnavailableError(error.detail, retry_after=error.retry_after) from error


def host_of(url: httpx.URL) -> str:
    """Return the host, with the port unless it is that of the scheme."""
    return url.netloc.decode("ascii")
