"""Errors as RFC 9457 problem documents, and what OpenAPI says of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, JsonValue, SerializerFunctionWrapHandler, model_serializer
from starlette.exceptions import HTTPException

from backend.api.body_limit import LARGEST_BODY
from backend.api.methods import allowed_methods
from backend.api.pointers import pointer
from backend.errors import Problem
from backend.logs import error_without_message, logger

if TYPE_CHECKING:
    from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
REFERENCE: Final = {"$ref": "#/components/schemas/ProblemDocument"}
Responses: TypeAlias = dict[int | str, dict[str, object]]

UNREADABLE: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "the body is not JSON: Expecting value at character 1",
        413: f"the body has more than {LARGEST_BODY} bytes, which is the most that is taken",
    }
)
"""What may be wrong with any body, for `documented`."""

_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_CHALLENGE: Final = {"WWW-Authenticate": {"description": "The scheme that is wanted.", "schema": {"type": "string"}}}


class Fault(BaseModel):
    """What is wrong with one part of a request: where it is, as a JSON pointer, and why."""

    pointer: str
    detail: str


class CurrentVersion(BaseModel):
    """How something is that another wrote since it was read."""

    version: int
    value: JsonValue
    written_by: str
    written_at: datetime


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457).

    `errors` names each wrong part of a request; `partial` is what had arrived of an answer that broke off. `current` is
    how something is that another wrote since it was read, and `conflicts` are JSON pointers to what both changed.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None
    partial: str | None = None
    current: CurrentVersion | None = None
    conflicts: list[str] | None = None

    @model_serializer(mode="wrap")
    def _leave_out(self, written: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write the members that there are; a null within them stays."""
        return {name: value for name, value in written(self).items() if value is not None}


class ProblemResponse(JSONResponse):
    """An answer that is a problem document."""

    media_type = MEDIA_TYPE


def document(problem: Problem) -> ProblemDocument:
    """Return the document that tells of a problem."""
    told = {"title": problem.title, "status": problem.status, "detail": problem.detail, **problem.members()}
    return ProblemDocument.model_validate(told)


def respond(problem: Problem) -> Response:
    """Return the answer that tells of a problem."""
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(problem.retry_after)))
    if problem.challenge is not None:
        headers["WWW-Authenticate"] = problem.challenge
    return _respond(document(problem), headers)


def documented(details: Mapping[int, str]) -> Responses:
    """Return what OpenAPI says of errors.

    Args:
        details: an example of `detail` for each status.
    """
    return {status: _described(status, detail) for status, detail in details.items()}


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


def _described(status: int, detail: str) -> dict[str, object]:
    title = HTTPStatus(status).phrase
    example = ProblemDocument(title=title, status=status, detail=detail).model_dump()
    described: dict[str, object] = {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": REFERENCE, "example": example}},
    }
    if status in {408, 429, 502, 503}:
        described["headers"] = _RETRY_AFTER
    elif status == 401:
        described["headers"] = _CHALLENGE
    return described


def _respond(found: ProblemDocument, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    return ProblemResponse(found.model_dump(mode="json"), found.status, headers)


def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - it is installed for these
    return respond(error)


def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    if errors[0]["type"] == "json_invalid":  # FastAPI's own, which is always alone; its location is an offset
        return _unreadable(f"the body is not JSON: {errors[0]['ctx']['error']} at character {errors[0]['loc'][1] + 1}")
    faults = [Fault(pointer=pointer(each["loc"], each["type"], error.body), detail=each["msg"]) for each in errors]
    detail = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
    return _respond(ProblemDocument(title="Unprocessable content", status=422, detail=detail, errors=faults))


def _unreadable(detail: str) -> Response:
    return _respond(ProblemDocument(title=HTTPStatus(400).phrase, status=400, detail=detail))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:
        return _unreadable(_why_unreadable(error.__cause__))
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else f"{title}: {request.method} {request.url.path}"
    headers = (
        {"Allow": allowed_methods(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    )
    return _respond(ProblemDocument(title=title, status=error.status_code, detail=detail), headers or {})


def _why_unreadable(cause: BaseException) -> str:
    """Say why FastAPI could not read a body, of which it keeps only the exception."""
    match cause:
        case UnicodeDecodeError():
            return f"the body is not JSON: it is not UTF-8 at byte {cause.start + 1}"
        case RecursionError():
            return "the body cannot be read: it is nested too deeply"
        case ValueError():
            return "the body cannot be read: it has a number of too many digits"  # json.loads has no other
        case _:
            return "the body cannot be read"


def _on_bug(request: Request, error: Exception) -> Response:
    logger().error("bug", path=request.url.path, **error_without_message(error))
    detail = "This is a mistake of the service itself; its log says more."
    return _respond(ProblemDocument(title="Internal server error", status=500, detail=detail))
