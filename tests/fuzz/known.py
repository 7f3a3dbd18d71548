"""What is there before a campaign begins, so that requests find what they name."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from schemathesis.python import asgi

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import JsonValue
    from requests import Response, Session

    from tests.fuzz.senders import Signing

NAMES: Final = ("plan", "notes/today", "tides ü", "%2F")
"""Keys of shared values, and names of resources; none that ends with `watch`, which without `after` is no watch."""
DYING: Final = "test"
"""An event that cannot be processed."""
ENDLESS: Final = "Count all the waves."
"""A task for which providers have no time."""

_MATURITIES: Final = ("STUDENT", "INTERN", "SUPERVISED", "AUTONOMOUS")
_TASKS: Final = (*("Write about the tides.",) * 4, *(ENDLESS,) * 40)
_MATURE, _DYING, _BROKEN = 24, 20, 60
_PATIENCE: Final = 60
_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What requests may name.

    Attributes:
        agents: ids of agents of every maturity.
        mature: ids of agents that may do anything.
        dying: ids of deliveries that cannot be processed.
        broken: ids of deliveries that break their contract.
        collaborations: ids of collaborations, most of which go on until they are cancelled.
    """

    agents: Sequence[str]
    mature: Sequence[str]
    dying: Sequence[str]
    broken: Sequence[str]
    collaborations: Sequence[str]


def prepare(app: FastAPI, headers: Mapping[str, str], signing: Signing | None) -> Known:
    """Create it over HTTP.

    Args:
        app: the service, which does durable work.
        headers: of each request.
        signing: signs deliveries; None where nobody needs to.

    Raises:
        TimeoutError: deliveries are not processed.
    """
    with asgi.get_client(app) as session:  # type: ignore[arg-type]  # it knows scopes as dictionaries only
        session.headers.update(headers)
        client = _Client(session, signing)
        agents = [client.create_agent(maturity) for maturity in _MATURITIES]
        mature = [client.create_agent(_MATURITIES[-1]) for _ in range(_MATURE)]
        for name in NAMES:
            client.ask(f"/api/agents/{mature[0]}/state", {"key": name, "value": {"name": name}})
            client.ask(f"/api/agents/{mature[0]}/broadcast", {"message": name})
            client.write(name, {"agent_id": mature[0], "value": {"name": name}, "version": 0})
        dying = [client.deliver({"event": DYING, "id": f"{mature[0]}.{number}"}) for number in range(_DYING)]
        broken = [client.deliver({"type": "user.created", "of": mature[0], "data": each}) for each in range(_BROKEN)]
        client.wait(dying[-1], "dead")
        client.wait(broken[-1], "quarantined")
        return Known(
            agents=agents,
            mature=mature,
            dying=dying,
            broken=broken,
            collaborations=[client.collaborate(mature[:2], task) for task in _TASKS],
        )


class _Client:
    def __init__(self, session: Session, signing: Signing | None) -> None:
        self._session = session
        self._signing = signing

    def ask(self, path: str, body: JsonValue) -> Response:
        response = self._session.post(path, json=body)
        response.raise_for_status()
        return response

    def write(self, name: str, body: JsonValue) -> None:
        """Write a resource, unless an earlier campaign did."""
        self._session.put(f"/api/resources/{quote(name)}", json=body)

    def create_agent(self, maturity: str) -> str:
        identifier: str = self.ask("/api/agents", {"name": maturity, "maturity": maturity}).json()["id"]
        return identifier

    def collaborate(self, agents: Sequence[str], task: str) -> str:
        body: JsonValue = {"agents": [*agents], "task": task, "workflow": "sequential"}
        identifier: str = self.ask("/api/collaboration", body).json()["id"]
        return identifier

    def deliver(self, document: Mapping[str, JsonValue]) -> str:
        """Deliver, with other words where a signature went wrong."""
        for attempt in range(_PATIENCE):
            body: JsonValue = {**document, "attempt": attempt}
            response = self._session.post("/api/webhooks", json=body, auth=self._signing)
            if response.ok:
                identifier: str = response.json()["id"]
                return identifier
        raise TimeoutError(f"none of {_PATIENCE} deliveries was taken")

    def wait(self, delivery: str, status: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while (found := self._session.get(f"/api/webhooks/deliveries/{delivery}").json()["status"]) != status:
            if time.monotonic() > deadline:
                raise TimeoutError(f"expected {delivery} to be {status} within {_PATIENCE} s, it is {found}")
            time.sleep(_PAUSE)
