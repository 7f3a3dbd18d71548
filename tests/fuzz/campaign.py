"""One run of schemathesis over every endpoint: all phases, all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.engine import events, from_schema
from schemathesis.python import asgi

from backend.providers.registry import PROVIDERS
from tests.fuzz import checks
from tests.fuzz.service import KEY
from tests.fuzz.tally import Failure, Tally, answer_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from schemathesis.specs.openapi.schemas import OpenApiCase, OpenApiSchema

SCHEMA: Final = "/openapi.json"
URLS: Final = (
    *(f"https://api{number}.example.com/data?page={number}" for number in range(200)),
    *("http://example.com", "HTTPS://EXAMPLE.COM:8443/", "http://93.184.216.34/a", "https://[2606:4700:4700::1111]/"),
    *("https://bücher.example/straße?ä=ö#ü", "https://example.com/%zz/../%2e%2e/\\", "http://a.example?", "https://x#"),
)
"""Addresses that may be called, or nearly; what is found there depends on the address."""
SLOWEST: Final = 30
"""Seconds that an answer may take. Nothing waits: time passes only by the work of the service itself."""

ACCEPTING: Final = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
ANSWERING: Final = ("2xx", "3xx", "4xx")
"""What schemathesis by itself expects of a valid request, and of any."""

# What our API says beyond that: it is told to schemathesis by `expected-statuses`, since the document cannot tell it.
REFUSED_ADDRESS: Final = "400"
"""An address that may not be called: no JSON Schema can tell which of all well-formed ones these are."""
OUTSIDE_TIMEOUT: Final = "408"
OUTSIDE_FAILURES: Final = ("502", "503")
"""An operation that calls another service tells so where that one fails; any other 5xx is a failure."""
CALLING: Final = ("chat", "fetch", "process")
"""The operations that call other services."""
CALLING_PROVIDERS: Final = ("chat",)
"""Of these, the ones whose answers are of any kind that a contract allows: an error within a stream is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """How to fuzz.

    Attributes:
        title: says what the service finds outside of itself.
        guarded: whether the service wants a key, which is then sent.
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


def run(campaign: Campaign, app: FastAPI, shown: Callable[[str], object]) -> Tally:
    """Fuzz a service.

    Args:
        campaign: says how.
        app: the service.
        shown: is told how far it is, now and then.
    """
    schema = schemathesis.openapi.from_asgi(SCHEMA, app, config=_config(campaign, _agents(campaign, app)))
    tally = Tally()
    for event in from_schema(schema).execute():
        tally.take(event)
        if isinstance(event, events.ScenarioFinished):
            shown(f"{campaign.title}: {event.phase.value} {event.label or ''} ({tally.cases} cases)")
    _repeat(campaign, schema, tally)
    return tally


def _agents(campaign: Campaign, app: FastAPI) -> Sequence[str]:
    """Create agents of every maturity, and return their ids."""
    with asgi.get_client(app) as client:  # type: ignore[arg-type]  # it knows scopes as dictionaries only
        made = [
            client.post("/api/agents", json={"name": maturity, "maturity": maturity}, headers=campaign.headers)
            for maturity in ("STUDENT", "INTERN", "SUPERVISED", "AUTONOMOUS")
        ]
    return [response.json()["id"] for response in made]


def _config(campaign: Campaign, agents: Sequence[str]) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": campaign.seed,
            "cache": {"enabled": False},
            "continue-on-failure": True,
            "request-timeout": 2 * SLOWEST,
            "max-stream-events": 1_000_000,  # all of them: the last one matters most
            "headers": campaign.headers,
            "output": {"sanitization": {"enabled": False}},
            "generation": {"max-examples": campaign.examples, "database": "none"},
            "checks": {
                "enabled": True,
                "max_response_time": SLOWEST,
                checks.Understanding.__name__: {"expected": not campaign.faulty},
            },
            # Without these, few requests would get beyond "there is no agent" and "may not be called", or ask another
            # provider than the usual one.
            "dictionaries": {
                "agents": {"values": agents},
                "providers": {"values": [*PROVIDERS]},
                "urls": {"values": [*URLS]},
            },
            "parameters": {
                "path.agent_id": {"dictionary": "agents", "probability": 0.9},
                "body.agent_id": {"dictionary": "agents", "probability": 1.0},
                "body.provider": {"dictionary": "providers", "probability": 0.8},
                "body.url": {"dictionary": "urls", "probability": 0.8},
            },
            "operations": [_expectations(operation, campaign) for operation in CALLING],
        }
    )


def _expectations(operation: str, campaign: Campaign) -> Mapping[str, object]:
    accepting = [*ACCEPTING, *([REFUSED_ADDRESS] if operation == "fetch" else [])]
    if campaign.faulty:
        accepting.append(OUTSIDE_TIMEOUT)
    may_fail = campaign.faulty or operation in CALLING_PROVIDERS
    answering = [*ANSWERING, *(OUTSIDE_FAILURES if may_fail else [])]
    return {
        "include-operation-id": operation,
        "checks": {
            "not_a_server_error": {"expected-statuses": answering},
            "positive_data_acceptance": {"expected-statuses": accepting},
        },
    }


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
