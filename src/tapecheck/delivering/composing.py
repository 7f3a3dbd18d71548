"""From a delivery to the message that carries it: its signature, with the time of the attempt."""

from __future__ import annotations

from dataclasses import dataclass

from tapecheck import __version__
from tapecheck.contracts.signing import sign
from tapecheck.delivering.delivery import Delivery, Message, with_fields
from tapecheck.delivering.faults import SOUND, Fault
from tapecheck.errors import FaultError
from tapecheck.model import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """With what a delivery is signed.

    Attributes:
        secret: as the provider shows it; None for no signature.
        now: seconds since 1970.
    """

    secret: str | None
    now: float


def compose(delivery: Delivery, signing: Signing, fault: Fault = SOUND) -> Message:
    """Return the message of a delivery.

    Args:
        delivery: what is delivered.
        signing: with what it is signed.
        fault: what goes wrong with it.

    Raises:
        ConfigurationError: the secret is not of the form that the contract says.
        FaultError: the fault cannot befall this delivery.
    """
    _check(delivery, signing, fault)
    body = fault.body(delivery)
    headers = with_fields(Headers((("user-agent", f"tapecheck/{__version__}"),)), delivery.headers)
    scheme = delivery.scheme
    secret = None if scheme is None or signing.secret is None else fault.secret(scheme, signing.secret)
    if scheme is not None and secret is not None:
        signed = sign(scheme, secret, body=body, id=delivery.id, timestamp=int(signing.now) + fault.shift)
        headers = with_fields(headers, signed)
    return Message(headers=headers, body=fault.wire(body), pause=fault.pause)


def _check(delivery: Delivery, signing: Signing, fault: Fault) -> None:
    scheme = delivery.scheme
    if fault.signed and (scheme is None or signing.secret is None):
        hint = "Give the secret with --secret." if scheme is not None else "Its contract declares no signature."
        raise FaultError(f"the fault {fault.name!r} befalls signed deliveries only", hint=hint)
    if fault.shift and (scheme is None or scheme.timestamp is None):
        provider = delivery.contract.provider
        raise FaultError(f"the fault {fault.name!r} befalls signatures with a time only, and {provider!r} signs none")
