"""What schemathesis cannot know: what a stream says, and whether service and providers understand each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import schemathesis
from pydantic import BaseModel, ValidationError

from backend.api.problems import MEDIA_TYPE, ProblemDocument
from backend.chat.routes import ChatAnswer, ChatDelta, ChatStart
from tapecheck import SSEDecoder, SSEEvent, StreamError
from tests.fuzz.misunderstandings import MISUNDERSTOOD

if TYPE_CHECKING:
    from schemathesis import CheckContext, Response
    from schemathesis.specs.openapi.schemas import OpenApiCase

STREAM: Final = "text/event-stream"
MODELS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {"start": ChatStart, "delta": ChatDelta, "end": ChatAnswer, "error": ProblemDocument}
)


@schemathesis.check
def event_streams(ctx: CheckContext, response: Response, case: OpenApiCase) -> bool | None:
    """Fail where a stream is not as the API says."""
    if not _has(response, STREAM):
        return True
    try:
        events = _events(response)
        items = [MODELS[event.name or ""].model_validate_json(event.data) for event in events]
    except (StreamError, KeyError, ValidationError) as error:
        raise AssertionError(f"the stream cannot be read: {error}") from error
    names = [event.name for event in events]
    assert names[:1] == ["start"], f"expected 'start' first, got {names}"
    assert names[-1] in {"end", "error"}, f"expected 'end' or 'error' last, got {names}"
    assert set(names[1:-1]) <= {"delta"}, f"expected 'delta' between, got {names}"
    _check_text(items)
    return None


@schemathesis.check
class Understanding:
    """Fails where a provider refuses what the service asks, or the service cannot read what the contract allows.

    Args:
        expected: whether providers keep to their contracts, without which nobody need understand them.
    """

    def __init__(self, *, expected: bool = True) -> None:
        self._expected = expected

    def after_response(self, ctx: CheckContext, response: Response, case: OpenApiCase) -> bool | None:
        if not self._expected:
            return True
        told = [event.data for event in _events(response) if event.name == "error"] if _has(response, STREAM) else []
        if _has(response, MEDIA_TYPE):
            told.append(response.content.decode())
        for document in told:
            detail = ProblemDocument.model_validate_json(document).detail
            assert not MISUNDERSTOOD.search(detail), detail
        return None


def _check_text(items: Sequence[BaseModel]) -> None:
    pieces = "".join(item.text for item in items if isinstance(item, ChatDelta))
    match items[-1]:
        case ChatAnswer(message=whole):
            assert pieces == whole, f"the pieces are {pieces!r}, the whole is {whole!r}"
        case ProblemDocument(partial=partial):
            assert pieces == (partial or ""), f"the pieces are {pieces!r}, what had arrived is {partial!r}"


def _has(response: Response, media_type: str) -> bool:
    return response.headers.get("content-type", [""])[0].startswith(media_type)


def _events(response: Response) -> Sequence[SSEEvent]:
    decoder = SSEDecoder()
    return [*decoder.feed(response.content), *filter(None, [decoder.close()])]
