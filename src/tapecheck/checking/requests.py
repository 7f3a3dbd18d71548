"""The request side of the checks, for requests that have no answer yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tapecheck.checking.exchange import Exchange, Outcome
from tapecheck.checking.payload import Nothing, read_document
from tapecheck.checking.problem import Problem, Rule, Validation
from tapecheck.checking.rules.bodies import request_body
from tapecheck.checking.rules.content_type import content_type
from tapecheck.contracts import Match
from tapecheck.model import Interaction, Request, Response, Side

_RULES: Final[tuple[Rule, ...]] = (content_type, request_body)


def request_problems(match: Match, request: Request, validation: Validation) -> Iterator[Problem]:
    """Yield everything that breaks the contract on the side of the request."""
    unanswered = Interaction(index=0, line=1, request=request, response=Response(status=min(match.operation.success)))
    exchange = Exchange(
        contract=match.contract,
        operation=match.operation,
        interaction=unanswered,
        expected=Outcome.DOCUMENT,
        media=None,
        request=read_document(request.body),
        response=Nothing(),
    )
    for rule in _RULES:
        yield from (problem for problem in rule(exchange, validation) if problem.side is Side.REQUEST)
