"""TC105: a content type that the operation does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import FRAMINGS, JSON, Exchange, Outcome
from tapecheck.checking.payload import Document, Nothing, Words, named_media_type
from tapecheck.checking.problem import Problem, Validation
from tapecheck.model import Code, Side


def content_type(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield a problem for each side whose content type is none of those that the operation takes or gives there."""
    sent = named_media_type(exchange.interaction.request.headers.get("content-type"))
    if exchange.operation.request is not None and sent not in (None, JSON):
        yield Problem(
            code=Code.CONTENT_TYPE,
            message=f"the request's content type is {sent!r}, the operation takes {JSON!r}",
            side=Side.REQUEST,
            line=exchange.interaction.line,
        )
    if isinstance(exchange.response, Nothing):
        return
    if exchange.expected is Outcome.ERROR and isinstance(exchange.response, Document | Words):
        return  # gateways label errors as they like, and often with the type of the stream that they replace
    allowed = _allowed(exchange)
    if exchange.media is not None and exchange.media not in allowed:
        wanted = " or ".join(repr(one) for one in allowed)
        hint = "The request asks for a stream." if exchange.expected is Outcome.STREAM else None
        yield Problem(
            code=Code.CONTENT_TYPE,
            message=f"the response's content type is {exchange.media!r}, the operation answers with {wanted}",
            side=Side.RESPONSE,
            line=exchange.interaction.line,
            hint=hint,
        )


def _allowed(exchange: Exchange) -> tuple[str, ...]:
    if exchange.expected is Outcome.STREAM and exchange.operation.stream is not None:
        return tuple(FRAMINGS[framing] for framing in exchange.operation.stream.framings)
    return (JSON,)
