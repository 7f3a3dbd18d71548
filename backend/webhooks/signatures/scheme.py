"""What every scheme is to the rest: it reads a delivery into a claim, and a secret into a key that proves claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from backend.webhooks.signatures.errors import Reason, SignatureError
from backend.webhooks.signatures.headers import Headers

FIVE_MINUTES: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived.

    Attributes:
        headers: all of them.
        body: the raw bytes.
        url: as the sender called it, for schemes that sign it.
        method: of the request.
    """

    headers: Headers
    body: bytes = field(repr=False)
    url: str | None = None
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a delivery says of itself, none of it proven yet.

    Attributes:
        messages: the bytes that were signed; more than one where the sender may have signed any of them.
        signatures: as sent, each well-formed and ASCII; any of them may match.
        algorithm: of an HMAC, as `hashlib` names it.
        id: of the delivery; not always signed.
        timestamp: when it was signed.
        tolerance: how far the timestamp may be from now, either way.
    """

    messages: tuple[bytes, ...] = field(repr=False)
    signatures: tuple[str, ...] = field(repr=False)
    algorithm: str = "sha256"
    id: str | None = None
    timestamp: datetime | None = None
    tolerance: timedelta = FIVE_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A delivery that is still to be signed, with the moment of signing."""

    body: bytes = field(repr=False)
    now: datetime
    id: str | None = None
    url: str | None = None


class Key(Protocol):
    """A secret, or a public key, ready for use."""

    def matches(self, claim: Claim) -> bool:
        """Return whether one of the claim's signatures is this key's, of one of its messages."""


class Scheme(Protocol):
    """How one provider signs its webhooks."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery.

        Raises:
            SignatureError: a header is missing or malformed.
            SchemeError: the URL is needed and None.
        """

    def key(self, secret: str) -> Key:
        """Read a secret.

        Raises:
            SecretError: it is not of the scheme's form.
        """

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery, signed with each secret where there may be more than one signature.

        Raises:
            SchemeError: there is no secret, one cannot sign, or the URL is needed and None.
        """


def well_formed(pattern: re.Pattern[str], signatures: Iterable[str], header: str) -> tuple[str, ...]:
    """Return the signatures of the right form; what else is in the list does not spoil them.

    Raises:
        SignatureError: there is none.
    """
    found = tuple(one for one in signatures if pattern.fullmatch(one))
    if not found:
        raise SignatureError(Reason.MALFORMED, f"{header} has no signature of the form that this scheme has")
    return found


def given(name: str, value: str | None) -> dict[str, str]:
    """Return a header, or none where it has no value."""
    return {} if value is None else {name: value}
