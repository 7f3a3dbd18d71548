"""An interaction next to its operation, its bodies read once for all rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tapecheck.checking.payload import Document, Payload, Words, is_true, media_type, read_document, read_stream

if TYPE_CHECKING:
    from tapecheck.contracts import Contract, Match, Operation
    from tapecheck.model import Body, Interaction

JSON = "application/json"
FRAMINGS = {"sse": "text/event-stream", "json-array": JSON}
"""The media type of each framing."""


class Outcome(Enum):
    """What an operation answers with."""

    DOCUMENT = auto()
    STREAM = auto()
    ERROR = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An interaction next to its operation.

    Attributes:
        expected: what the status and the request call for.
        media: media type of the response; None where neither header nor body tells.
        request, response: the bodies as data.
    """

    contract: Contract
    operation: Operation
    interaction: Interaction
    expected: Outcome
    media: str | None
    request: Payload
    response: Payload


def read_exchange(match: Match, interaction: Interaction) -> Exchange:
    """Read the bodies of an interaction in the light of its operation."""
    operation, answer = match.operation, interaction.response
    request = read_document(interaction.request.body)
    media = media_type(answer.headers.get("content-type"), answer.body)
    expected = _expected(operation, answer.status, request, media)
    return Exchange(
        contract=match.contract,
        operation=operation,
        interaction=interaction,
        expected=expected,
        media=media,
        request=request,
        response=_response(operation, expected, media, answer.body),
    )


def _response(operation: Operation, expected: Outcome, media: str | None, body: Body) -> Payload:
    if expected is Outcome.ERROR and media in operation.error_types and not body.content.lstrip().startswith(b"{"):
        return Words()
    framing = _framing(operation, expected, media)
    if framing is not None and operation.stream is not None:
        return read_stream(body, framing, operation.stream)
    return read_document(body)


def _expected(operation: Operation, status: int, request: Payload, media: str | None) -> Outcome:
    if status not in operation.success and not 200 <= status < 300:
        return Outcome.ERROR
    if operation.stream is None:
        return Outcome.DOCUMENT
    if operation.stream.asked_by is None:
        return Outcome.STREAM
    if not isinstance(request, Document):  # nobody knows what was asked for
        return Outcome.STREAM if media == FRAMINGS["sse"] else Outcome.DOCUMENT
    return Outcome.STREAM if is_true(request.value, operation.stream.asked_by) else Outcome.DOCUMENT


def _framing(operation: Operation, expected: Outcome, media: str | None) -> str | None:
    """Return the framing to read a response by: the one that its media type names, if the operation streams at all."""
    stream = operation.stream
    if stream is None or expected is Outcome.ERROR:
        return None
    if media == FRAMINGS["sse"] and "sse" in stream.framings:
        return "sse"
    return "json-array" if expected is Outcome.STREAM and "json-array" in stream.framings and media == JSON else None
