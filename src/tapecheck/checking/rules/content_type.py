"""TC105: a content type that the operation does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import FRAMINGS, JSON, Exchange, Outcome
from tapecheck.checking.payload import Nothing
from tapecheck.checking.problem import Problem, Validation
from tapecheck.model import Code, Side


def content_type(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield a problem for each side whose content type is none of those that the operation takes or gives there."""
    sent = exchange.interaction.request.headers.get("content-type")
    if exchange.operation.request is not None and sent is not None and "/" in sent and not _is_json(sent):
        yield Problem(
            code=Code.CONTENT_TYPE,
            message=f"the request's content type is {sent!r}, the operation takes {JSON!r}",
            side=Side.REQUEST,
            line=exchange.interaction.line,
        )
    allowed = _allowed(exchange)
    if exchange.media is not None and exchange.media not in allowed and not isinstance(exchange.response, Nothing):
        wanted = " or ".join(repr(one) for one in allowed)
        hint = "The request asks for a stream." if exchange.expected is Outcome.STREAM else None
        yield Problem(
            code=Code.CONTENT_TYPE,
            message=f"the response's content type is {exchange.media!r}, the operation answers with {wanted}",
            side=Side.RESPONSE,
            line=exchange.interaction.line,
            hint=hint,
        )


def _is_json(header: str) -> bool:
    return header.partition(";")[0].strip().lower() == JSON


def _allowed(exchange: Exchange) -> tuple[str, ...]:
    if exchange.operation.stream is None or exchange.expected is Outcome.DOCUMENT:
        return (JSON,)
    framings = tuple(FRAMINGS[framing] for framing in exchange.operation.stream.framings)
    if exchange.expected is Outcome.STREAM:
        return framings
    return tuple(dict.fromkeys((JSON, *framings)))  # an error often keeps the content type of the stream that it replaces
