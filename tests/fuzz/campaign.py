"""One run of schemathesis over every endpoint: all phases, all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.engine import events, from_schema

from tests.fuzz.configuration import configured
from tests.fuzz.known import prepare
from tests.fuzz.senders import RECEPTIONS, STREAMING, Listening, Signing
from tests.fuzz.service import KEY
from tests.fuzz.tally import Failure, Tally, answer_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from schemathesis.specs.openapi.schemas import OpenApiCase, OpenApiSchema

    from backend.clock import Clock

SCHEMA: Final = "/openapi.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """How to fuzz.

    Attributes:
        title: says what the service finds outside of itself.
        guarded: whether the service wants a key, which is then sent, and signatures, which are made.
        faulty: whether what is outside fails.
        examples: the most that are generated for an operation, and the most sequences of operations.
        seed: of all that is generated.
    """

    title: str
    guarded: bool
    faulty: bool
    examples: int
    seed: int

    @property
    def headers(self) -> dict[str, str]:
        """Return what each request has."""
        return {"Authorization": f"Bearer {KEY}"} if self.guarded else {}


def run(campaign: Campaign, app: FastAPI, clock: Clock, shown: Callable[[str], object]) -> Tally:
    """Fuzz a service.

    Args:
        campaign: says how.
        app: the service.
        clock: that of the service.
        shown: is told how far it is, now and then.
    """
    signing = Signing(clock) if campaign.guarded else None
    known = prepare(app, campaign.headers, signing)
    schema = schemathesis.openapi.from_asgi(SCHEMA, app, config=configured(campaign, known))
    schema.auth.set_from_requests(Listening()).apply_to(operation_id=[*STREAMING])
    if signing is not None:
        schema.auth.set_from_requests(signing).apply_to(operation_id=[*RECEPTIONS])
    tally = Tally()
    for event in from_schema(schema).execute():
        tally.take(event)
        if isinstance(event, events.ScenarioFinished):
            shown(f"{campaign.title}: {event.phase.value} {event.label or ''} ({tally.cases} cases)")
    _repeat(campaign, schema, tally)
    return tally


def _repeat(campaign: Campaign, schema: OpenApiSchema, tally: Tally) -> None:
    """Ask what takes no input, and so has a single example, as often as all else: its answers may still differ."""
    for case in _inputless(schema):
        for _ in range(campaign.examples - tally.phases["fuzzing", case.operation.label]):
            response = case.call(headers=campaign.headers)
            tally.count("fuzzing", case, response)
            try:
                case.validate_response(response, headers=campaign.headers)
            except FailureGroup as group:
                tally.failures += [
                    Failure(
                        operation=case.operation.label,
                        title=getattr(each, "title", type(each).__name__),
                        detail=str(each),
                        answer=answer_of(response),
                    )
                    for each in group.exceptions
                ]


def _inputless(schema: OpenApiSchema) -> Iterator[OpenApiCase]:
    for found in schema.get_all_operations():
        if isinstance(found, Ok) and not (operation := found.ok()).body and not [*operation.iter_parameters()]:
            yield operation.Case()
