"""What schemathesis is told beyond the document: values worth sending, and answers that the document cannot tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import schemathesis

from backend.providers.registry import PROVIDERS
from tests.fuzz import checks
from tests.fuzz.known import NAMES, Known
from tests.fuzz.senders import STREAMING

if TYPE_CHECKING:
    from tests.fuzz.campaign import Campaign

URLS: Final = (
    *(f"https://api{number}.example.com/data?page={number}" for number in range(200)),
    *("http://example.com", "HTTPS://EXAMPLE.COM:8443/", "http://93.184.216.34/a", "https://[2606:4700:4700::1111]/"),
    *("https://bücher.example/straße?ä=ö#ü", "https://example.com/%zz/../%2e%2e/\\", "http://a.example?", "https://x#"),
)
"""Addresses that may be called, or nearly; what is found there depends on the address."""
TAGS: Final = ('"1"', '"1", "2", "3"', 'W/"1"', "*")
"""What headers may say of versions."""
SLOWEST: Final = 30
"""Seconds that an answer may take. Nothing waits: time passes only by the work of the service itself."""
LONGEST: Final = 50
"""Events of a stream that nobody ends."""

ACCEPTING: Final = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
ANSWERING: Final = ("2xx", "3xx", "4xx")
"""What schemathesis by itself expects of a valid request, and of any."""
REJECTING: Final = ("400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx")
"""The same of an invalid one; what is far too long makes a body that is too large, too."""

CALLING: Final = ("chat", "fetch", "process")
"""The operations that call other services, which tell so where those fail: any other 5xx is a failure."""
OUTSIDE_TIMEOUT: Final = "408"
OUTSIDE_FAILURES: Final = ("502", "503")
CALLING_PROVIDERS: Final = ("chat",)
"""Of these, the ones whose answers are of any kind that a contract allows: an error within a stream is one."""

REFUSING: Final[Mapping[str, Sequence[str]]] = {
    "fetch": ("400",),  # no JSON Schema can tell which of all well-formed addresses may not be called
    "broadcast": ("422",),  # an idempotency key that came with another body before
    "send_message": ("422",),
    "start_collaboration": ("422",),
    "get_resource": ("422",),  # an `If-None-Match: 0`, which schemathesis itself sends with valid paths
    "get_state": ("422",),
    "put_resource": ("412", "422"),  # a version that the header does not agree to, or the body
    "set_state": ("412", "422"),
    "receive_delivery": ("400",),  # a header of the signature is missing, or a form where none are sent
}
"""How operations refuse what is valid by the document."""


def configured(campaign: Campaign, known: Known) -> schemathesis.Config:
    """Return the configuration of a campaign."""
    return schemathesis.Config.from_dict(
        {
            "seed": campaign.seed,
            "cache": {"enabled": False},
            "continue-on-failure": True,
            "request-timeout": 2 * SLOWEST,
            "max-stream-events": 1_000_000,  # all of them: the last one matters most
            "headers": dict(campaign.headers),
            "output": {"sanitization": {"enabled": False}},
            "generation": {"max-examples": campaign.examples, "database": "none"},
            "checks": {
                "enabled": True,
                "max_response_time": SLOWEST,
                "negative_data_rejection": {"expected-statuses": [*REJECTING]},
                checks.Understanding.__name__: {"expected": not campaign.faulty},
            },
            **_values(known),
            "operations": _operations(campaign),
        }
    )


def _values(known: Known) -> dict[str, object]:
    """Without these, few requests would get beyond what is not there, or may not be called."""
    dictionaries: dict[str, Sequence[str | int]] = {
        "agents": [*known.agents, *known.mature],
        "mature": known.mature,
        "collaborations": known.collaborations,
        "deliveries": [*known.dying, *known.broken],
        "names": NAMES,
        "providers": [*PROVIDERS],
        "tags": TAGS,
        "urls": URLS,
        "versions": range(4),
    }
    places = {
        "path.agent_id": ("agents", 0.9),
        "path.collaboration_id": ("collaborations", 0.9),
        "path.delivery_id": ("deliveries", 0.9),
        "path.key": ("names", 0.7),
        "path.name": ("names", 0.7),
        "query.from": ("agents", 0.7),
        "header.if-match": ("tags", 0.9),
        "header.if-none-match": ("tags", 0.7),
        "body.agent_id": ("mature", 0.9),
        "body.agents[*]": ("mature", 0.95),
        "body.key": ("names", 0.5),
        "body.provider": ("providers", 0.8),
        "body.started_by": ("mature", 0.9),
        "body.target_agent_id": ("agents", 0.9),
        "body.up_to": ("versions", 0.8),
        "body.url": ("urls", 0.8),
        "body.version": ("versions", 0.9),
    }
    return {
        "dictionaries": {name: {"values": [*values]} for name, values in dictionaries.items()},
        "parameters": {
            place: {"dictionary": name, "probability": probability} for place, (name, probability) in places.items()
        },
    }


def _operations(campaign: Campaign) -> Sequence[Mapping[str, object]]:
    told: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for operation in {*CALLING, *REFUSING}:
        told[operation]["checks"] = _expectations(operation, campaign)
    for operation in STREAMING:
        told[operation]["max-stream-events"] = LONGEST
        told[operation]["parameters"] = {"query.after": {"dictionary": "versions", "probability": 0.7}}
    return [{"include-operation-id": operation, **what} for operation, what in sorted(told.items())]


def _expectations(operation: str, campaign: Campaign) -> Mapping[str, object]:
    faulty = campaign.faulty and operation in CALLING
    accepting = [*ACCEPTING, *REFUSING.get(operation, ()), *([OUTSIDE_TIMEOUT] if faulty else [])]
    answering = [*ANSWERING, *(OUTSIDE_FAILURES if faulty or operation in CALLING_PROVIDERS else [])]
    return {
        "not_a_server_error": {"expected-statuses": answering},
        "positive_data_acceptance": {"expected-statuses": accepting},
    }
