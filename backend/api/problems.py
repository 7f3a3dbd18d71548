"""Errors as RFC 9457 problem documents, and what OpenAPI says of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from backend.api.methods import allowed_methods
from backend.errors import BrokenOffError, Problem, UnauthorizedError
from backend.logs import logger

if TYPE_CHECKING:
    from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
REFERENCE: Final = {"$ref": "#/components/schemas/ProblemDocument"}
Responses: TypeAlias = dict[int | str, dict[str, object]]

UNREADABLE: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "There was an error parsing the body",
        413: "the body has more than 1048576 bytes, which is the most that is taken",
    }
)
"""What may be wrong with any body, for `documented`."""

_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_CHALLENGE: Final = {"WWW-Authenticate": {"description": "The scheme that is wanted.", "schema": {"type": "string"}}}


class Fault(BaseModel):
    """What is wrong with one part of a request: where it is, as a JSON pointer, and why."""

    pointer: str
    detail: str


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457).

    `errors` names each wrong part of a request; `partial` is what had arrived of an answer that broke off.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None
    partial: str | None = None


class ProblemResponse(JSONResponse):
    """An answer that is a problem document."""

    media_type = MEDIA_TYPE


def document(problem: Problem) -> ProblemDocument:
    """Return the document that tells of a problem."""
    partial = problem.partial or None if isinstance(problem, BrokenOffError) else None
    return ProblemDocument(title=problem.title, status=problem.status, detail=problem.detail, partial=partial)


def documented(details: Mapping[int, str]) -> Responses:
    """Return what OpenAPI says of errors.

    Args:
        details: an example of `detail` for each status.
    """
    return {status: _described(status, detail) for status, detail in details.items()}


def unauthorized() -> Responses:
    """Return what OpenAPI says of a request without a key."""
    return documented({401: "expected the header 'Authorization: Bearer KEY' with one of the service's keys"})


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


def _described(status: int, detail: str) -> dict[str, object]:
    title = HTTPStatus(status).phrase
    example = ProblemDocument(title=title, status=status, detail=detail).model_dump(exclude_none=True)
    described: dict[str, object] = {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": REFERENCE, "example": example}},
    }
    if status in {429, 503}:
        described["headers"] = _RETRY_AFTER
    elif status == 401:
        described["headers"] = _CHALLENGE
    return described


def _respond(found: ProblemDocument, headers: Mapping[str, str]) -> Response:
    return ProblemResponse(found.model_dump(exclude_none=True), found.status, headers)


def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - it is installed for these
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = "Bearer"
    return _respond(document(error), headers)


def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [Fault(pointer=_pointer(each["loc"]), detail=each["msg"]) for each in error.errors()]
    detail = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
    found = ProblemDocument(title="Unprocessable content", status=422, detail=detail, errors=faults)
    return _respond(found, {})


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else f"{title}: {request.method} {request.url.path}"
    headers = (
        {"Allow": allowed_methods(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    )
    return _respond(ProblemDocument(title=title, status=error.status_code, detail=detail), headers or {})


def _on_bug(request: Request, error: Exception) -> Response:
    logger().error("bug", error=type(error).__name__, path=request.url.path)
    detail = "This is a mistake of the service itself; its log says more."
    return _respond(ProblemDocument(title="Internal server error", status=500, detail=detail), {})


def _pointer(location: Sequence[int | str]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)
