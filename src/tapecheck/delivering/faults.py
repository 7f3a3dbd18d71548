"""What goes wrong with deliveries, by name. A receiver is to refuse most of them, and to survive all."""

from __future__ import annotations

import base64
import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from tapecheck.contracts import SignatureScheme
from tapecheck.delivering.breaking import broken
from tapecheck.delivering.delivery import Delivery
from tapecheck.errors import FaultError

_OFF = 600
"""Seconds by which a time is off; receivers allow five minutes (https://www.standardwebhooks.com)."""

_PAUSE = 0.5
_WRONG = b"not the secret that both sides know"


def _same(body: bytes) -> bytes:
    return body


def _given(_: SignatureScheme, secret: str) -> str | None:
    return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that can go wrong with a delivery.

    Attributes:
        name: what it is asked for by.
        summary: what it does, for people.
        order: which deliveries are sent, of those that were to be.
        body: makes the body that is signed.
        secret: makes the secret that it is signed with; None for no signature.
        shift: seconds that the time is off.
        wire: makes the body that is sent, of the one that was signed.
        pause: seconds between pieces of the body.
        signed: whether it befalls signed deliveries only.
        several: whether it befalls several deliveries only.
    """

    name: str
    summary: str
    order: Callable[[Sequence[Delivery]], Sequence[Delivery]] = tuple
    body: Callable[[Delivery], bytes] = attrgetter("body")
    secret: Callable[[SignatureScheme, str], str | None] = _given
    shift: int = 0
    wire: Callable[[bytes], bytes] = _same
    pause: float = 0
    signed: bool = False
    several: bool = False


def _twice(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    return tuple(one for one in deliveries for _ in range(2))


def _backwards(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    return tuple(reversed(deliveries))


def _tampered(body: bytes) -> bytes:
    """Add a field; what is no JSON object is taken for a form."""
    head, brace, tail = body.rpartition(b"}")
    if not brace or tail.strip():
        return body + b"&tampered=true"
    return head + (b"," if head.strip() != b"{" else b"") + b'"tampered":true}' + tail


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _wrong(scheme: SignatureScheme, _: str) -> str:
    encodings = {"base64": base64.b64encode(_WRONG).decode(), "hex": _WRONG.hex()}
    return scheme.secret_prefix + encodings.get(scheme.secret_encoding, _WRONG.decode())


def _unsigned(_scheme: SignatureScheme, _secret: str) -> None:
    return None


def _no_json(delivery: Delivery) -> bytes:
    return b"This is no JSON: " + json.dumps(delivery.event).encode()


SOUND: Final = Fault(name="sound", summary="nothing goes wrong")

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        fault.name: fault
        for fault in (
            Fault(name="duplicate", summary="each delivery comes twice, with the same id", order=_twice),
            Fault(name="reordered", summary="several deliveries come in reverse order", order=_backwards, several=True),
            Fault(name="tampered", summary="the body is changed after it was signed", wire=_tampered, signed=True),
            Fault(name="wrong-secret", summary="another secret signs", secret=_wrong, signed=True),
            Fault(name="unsigned", summary="the signature is missing", secret=_unsigned),
            Fault(name="stale", summary="it was signed ten minutes ago", shift=-_OFF, signed=True),
            Fault(name="future", summary="it is signed ten minutes from now", shift=_OFF, signed=True),
            Fault(name="truncated", summary="half of the body comes, as if it were whole", wire=_cut),
            Fault(name="broken-contract", summary="a field that the contract requires is missing", body=broken),
            Fault(name="not-json", summary="the body is no JSON, and signed rightly", body=_no_json),
            Fault(name="slow", summary="the body comes in pieces, half a second apart", pause=_PAUSE),
        )
    }
)
"""In the order in which they are listed."""


def find_fault(name: str) -> Fault:
    """Return a fault.

    Raises:
        FaultError: there is none of this name.
    """
    if name in FAULTS:
        return FAULTS[name]
    close = difflib.get_close_matches(name, FAULTS, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`tapecheck deliver --list-faults` lists them."
    raise FaultError(f"there is no fault {name!r}", hint=hint)
