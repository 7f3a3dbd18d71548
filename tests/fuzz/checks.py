"""What schemathesis cannot know: what a stream says, and whether service and providers understand each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import schemathesis
from pydantic import BaseModel, ValidationError

from backend.api.events import MEDIA_TYPE as STREAM
from backend.api.problems import MEDIA_TYPE, ProblemDocument
from backend.chat.routes import ChatAnswer, ChatDelta, ChatStart
from backend.messages.inbox_routes import MessageModel
from backend.shared.state_routes import StateModel
from backend.shared.watch_routes import ChangesModel
from tapecheck import SSEDecoder, SSEEvent, StreamError
from tests.fuzz.misunderstandings import MISUNDERSTOOD

if TYPE_CHECKING:
    from schemathesis import CheckContext, Response
    from schemathesis.specs.openapi.schemas import OpenApiCase

CHAT: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {"start": ChatStart, "delta": ChatDelta, "end": ChatAnswer, "error": ProblemDocument}
)
OTHERS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {"message": MessageModel, "change": StateModel, "snapshot": ChangesModel, "error": ProblemDocument}
)


@schemathesis.check
def event_streams(ctx: CheckContext, response: Response, case: OpenApiCase) -> bool | None:
    """Fail where a stream is not as the API says."""
    if not _has(response, STREAM):
        return True
    chat = case.method == "POST"
    try:
        events = _events(response)
        items = [(CHAT if chat else OTHERS)[event.name or ""].model_validate_json(event.data) for event in events]
    except (StreamError, KeyError, ValidationError) as error:
        raise AssertionError(f"the stream cannot be read: {error}") from error
    names = [event.name for event in events]
    if chat:
        _check_chat(names, items)
    else:
        _check_order(names, [event.id for event in events])
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


def _check_chat(names: Sequence[str | None], items: Sequence[BaseModel]) -> None:
    assert names[:1] == ["start"], f"expected 'start' first, got {names}"
    assert names[-1] in {"end", "error"}, f"expected 'end' or 'error' last, got {names}"
    assert set(names[1:-1]) <= {"delta"}, f"expected 'delta' between, got {names}"
    _check_text(items)


def _check_order(names: Sequence[str | None], identifiers: Sequence[str | None]) -> None:
    numbers = [int(identifier or "") for name, identifier in zip(names, identifiers, strict=True) if name != "error"]
    assert numbers == sorted(set(numbers)), f"expected ids that grow, got {numbers}"
    assert "error" not in names[:-1], f"expected 'error' as the last event only, got {names}"


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
