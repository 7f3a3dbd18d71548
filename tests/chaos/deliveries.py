"""Deliveries to send: genuine ones of several sources, and forged ones among them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from types import MappingProxyType
from typing import Final

from backend.webhooks.signatures import sign
from tapecheck.testing import generated_delivery

SECRETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "generic": "chaos-generic-secret",
        "standard": "whsec_Y2hhb3Mtc3RhbmRhcmQtc2VjcmV0LTE=",
        "github": "chaos-github-secret",
        "stripe": "whsec_chaos_stripe_secret",
    }
)
"""Test secrets by source."""

_FORGED: Final = 10
"""Every so many-th delivery has a forged one behind it."""


class Forgery(StrEnum):
    """What makes a delivery a forged one."""

    STRANGER = "another secret"
    TAMPERED = "body changed"
    STALE = "signed an hour ago"
    UNSIGNED = "not signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request to be sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery.

    Attributes:
        source: who sends it.
        id: what it is called there.
        body: its bytes.
        event: what a header of its source tells; empty where none does.
        forgery: what is wrong with it.
    """

    source: str
    id: str
    body: bytes
    event: str = ""
    forgery: Forgery | None = None

    @property
    def genuine(self) -> bool:
        """Tell whether it is to be acknowledged."""
        return self.forgery is None

    def signed(self) -> Signed:
        """Sign it now, as a provider does with every attempt."""
        now = datetime.now(UTC) - (timedelta(hours=1) if self.forgery is Forgery.STALE else timedelta())
        secret = _STRANGERS[self.source] if self.forgery is Forgery.STRANGER else SECRETS[self.source]
        headers = sign(self.source, [secret], self.body, now, id=self.id)
        if self.forgery is Forgery.UNSIGNED:
            headers = {name: value for name, value in headers.items() if "signature" not in name.lower()}
        body = self.body.replace(b"u-", b"x-", 1) + b" " if self.forgery is Forgery.TAMPERED else self.body
        told = {"X-GitHub-Event": self.event} if self.event else {}
        return Signed(
            path=f"/api/webhooks/{self.source}",
            headers={"content-type": "application/json", **told, **headers},
            body=body,
        )


_STRANGERS: Final = MappingProxyType({source: SECRETS[source][:-4] + "AAA=" for source in SECRETS})


def deliveries(count: int, chance: Random, *, forged: bool = True) -> Iterator[Sent]:
    """Yield so many genuine deliveries, with forged ones among them.

    Args:
        count: of the genuine ones.
        chance: chooses sources, and what is forged.
        forged: whether there are any.
    """
    sources = list(SECRETS)
    for number in range(count):
        genuine = _MAKERS[chance.choice(sources)](number)
        yield genuine
        if forged and number % _FORGED == 0:
            other = _MAKERS[genuine.source](count + number)
            kinds = [kind for kind in Forgery if kind is not Forgery.STALE or other.source in {"standard", "stripe"}]
            yield replace(other, forgery=chance.choice(kinds))


def _generic(number: int) -> Sent:
    now = datetime.now(UTC).isoformat()
    body = {"id": f"evt-{number}", "event": "user.created", "user_id": f"u-{number}", "timestamp": now}
    return Sent(source="generic", id=f"evt-{number}", body=json.dumps(body).encode())


def _standard(number: int) -> Sent:
    body = {"type": "user.created", "timestamp": datetime.now(UTC).isoformat(), "data": {"id": f"u-{number}"}}
    return Sent(source="standard", id=f"msg_{number:08}", body=json.dumps(body).encode())


def _github(number: int) -> Sent:
    body = json.loads(_PING) | {"zen": f"u-{number}"}
    return Sent(
        source="github", id=f"00000000-0000-4000-8000-{number:012}", body=json.dumps(body).encode(), event="ping"
    )


def _stripe(number: int) -> Sent:
    body = json.loads(_CHARGE) | {"id": f"evt_{number:08}", "account": f"u-{number}"}
    return Sent(source="stripe", id=f"evt_{number:08}", body=json.dumps(body).encode())


_PING: Final = generated_delivery("github", "ping")
_CHARGE: Final = generated_delivery("stripe", "charge.succeeded")
_MAKERS: Final[Mapping[str, Callable[[int], Sent]]] = MappingProxyType(
    {"generic": _generic, "standard": _standard, "github": _github, "stripe": _stripe}
)
