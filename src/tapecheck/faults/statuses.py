"""Errors that a provider, or what stands before it, answers with."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from tapecheck.faults.fault import Change, Fault, Needs, Shapes
from tapecheck.faults.reply import Reply
from tapecheck.model import Headers

_STATUSES: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        408: "Request Timeout",
        409: "Conflict",
        413: "Content Too Large",
        422: "Unprocessable Content",
        429: "Too Many Requests",
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable",
        504: "Gateway Timeout",
        529: "Overloaded",
    }
)
"""RFC 9110, 15.5 and 15.6, and RFC 6585, 4; 529 is in no standard, but in wide use."""

_RETRY_AFTER: Final = (429, 503)
_SECONDS: Final = "1"
_PAGE: Final = b"<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"


def phrase(status: int) -> str:
    """Return the words that belong to a status; none for one that is in no standard."""
    known = _STATUSES.get(status)
    return known if known is not None else next((one.phrase for one in HTTPStatus if one == status), "")


def _status(status: int, retry_after: str | None = None) -> Change:
    def change(_: Reply, shapes: Shapes) -> Reply:
        reply = shapes.error(status, f"{phrase(status)}: this fault was asked for.")
        return reply if retry_after is None else reply.with_header("retry-after", retry_after)

    return change


def _gateway_page(_: Reply, __: Shapes) -> Reply:
    headers = Headers((("content-type", "text/html"),))
    return Reply(status=502, reason=phrase(502), headers=headers, pieces=(_PAGE,))


STATUSES: Final = (
    *(
        Fault(
            name=f"status-{status}",
            summary=f"an error of status {status}, {words}",
            change=_status(status),
            needs=Needs.NOTHING,
        )
        for status, words in _STATUSES.items()
    ),
    *(
        Fault(
            name=f"status-{status}-retry-after",
            summary=f"an error of status {status} that says when to try again: after {_SECONDS} s",
            change=_status(status, _SECONDS),
            needs=Needs.NOTHING,
        )
        for status in _RETRY_AFTER
    ),
    Fault(
        name="gateway-page",
        summary="an error of status 502 with a page of HTML, as a proxy before the provider sends it",
        change=_gateway_page,
        needs=Needs.NOTHING,
    ),
)
"""These need nothing of the reply that there would have been."""
