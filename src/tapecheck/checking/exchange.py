"""An interaction next to its operation, its bodies read once for all rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tapecheck.checking.payload import Document, Payload, is_there, media_type, read_document, read_stream

from tapecheck.model import find

if TYPE_CHECKING:
    from tapecheck.contracts import Contract, Match, Operation
    from tapecheck.model import Interaction

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
    expected = _expected(operation, interaction, request)
    media = media_type(answer.headers.get("content-type"), answer.body)
    framing = _framing(operation, expected, media)
    if framing is not None and operation.stream is not None:
        response: Payload = read_stream(answer.body, framing, operation.stream)
    else:
        response = read_document(answer.body)
    return Exchange(
        contract=match.contract,
        operation=operation,
        interaction=interaction,
        expected=expected,
        media=media,
        request=request,
        response=response,
    )


def _expected(operation: Operation, interaction: Interaction, request: Payload) -> Outcome:
    status = interaction.response.status
    if status not in operation.success and not 200 <= status < 300:
        return Outcome.ERROR
    if operation.stream is None:
        return Outcome.DOCUMENT
    if operation.stream.asked_by is None:
        return Outcome.STREAM
    asked = isinstance(request, Document) and _is_true(request, operation.stream.asked_by)
    return Outcome.STREAM if asked else Outcome.DOCUMENT


def _is_true(request: Document, parts: tuple[str, ...]) -> bool:
    return is_there(request.value, parts) and all(value is True for _, value in find(request.value, parts))


def _framing(operation: Operation, expected: Outcome, media: str | None) -> str | None:
    """Return the framing to read a response by: the one that its media type names, if the operation streams at all."""
    stream = operation.stream
    if stream is None or expected is Outcome.ERROR:
        return None
    if media == FRAMINGS["sse"] and "sse" in stream.framings:
        return "sse"
    return "json-array" if expected is Outcome.STREAM and "json-array" in stream.framings and media == JSON else None
