"""The signature of a delivery: made, and verified. Pure; time is not judged, since a recording is old."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tapecheck.contracts.webhooks import Place, SignatureScheme
from tapecheck.errors import ConfigurationError
from tapecheck.model import Headers


class Reason(StrEnum):
    """Which check of a signature failed."""

    MISSING = "missing"
    MALFORMED = "malformed"
    NO_MATCH = "no match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a signature is refused: which check failed, and at which header."""

    reason: Reason
    header: str

    def __str__(self) -> str:
        """Say it in words, without the signature."""
        if self.reason is Reason.MISSING:
            return f"the header {self.header} is missing"
        if self.reason is Reason.MALFORMED:
            return f"the header {self.header} is not of the form that the contract says"
        return f"no signature in the header {self.header} is that of the body"


def sign(scheme: SignatureScheme, secret: str, *, body: bytes, id: str, timestamp: int) -> Headers:  # noqa: A002 - its name
    """Return the headers that sign a delivery: the signature's, and those of the id and the time where they are signed.

    Args:
        scheme: how the provider signs.
        secret: as the provider shows it.
        body: as it is sent, byte by byte.
        id: of the delivery.
        timestamp: seconds since 1970.

    Raises:
        ConfigurationError: the secret is not of the scheme's form.
    """
    said = {place: value for place, value in ((scheme.timestamp, str(timestamp)), (scheme.id, id)) if place is not None}
    signature = _encoded(scheme, _mac(scheme, key_of(scheme, secret), _signed(scheme, id, str(timestamp), body)))
    fields: dict[str, str] = {}
    for place, value in (*said.items(), (Place(header=scheme.header, each=scheme.each), signature)):
        text = value if place.each is None else place.each.written(value)
        name = place.header or scheme.header
        fields[name] = f"{fields[name]},{text}" if name in fields else text
    return Headers(tuple(fields.items()))


def verifies(scheme: SignatureScheme, secrets: Iterable[str], headers: Headers, body: bytes) -> Refusal | None:
    """Return why no signature of a delivery is one of the secrets', or None where one is.

    Args:
        scheme: how the provider signs.
        secrets: as the provider shows them; one has to match, and one that is not of the scheme's form matches nothing.
        headers: of the delivery.
        body: as it came, byte by byte.
    """
    values: dict[str, str] = {}
    for name, place in (("id", scheme.id), ("timestamp", scheme.timestamp)):
        if place is not None:
            value = place.value(headers)
            if value is None:
                return _absent(place.header or "", headers)
            values[name] = value
    fields = headers.get_all(scheme.header)
    claimed = {one for field in fields for one in scheme.each.values(field)}
    if not claimed:
        return _absent(scheme.header, headers)
    signed = _signed(scheme, values.get("id", ""), values.get("timestamp", ""), body)
    keys = [key for secret in secrets if (key := _key(scheme, secret)) is not None]
    wanted = [_encoded(scheme, _mac(scheme, key, signed)).encode() for key in keys]
    found = [hmac.compare_digest(one, claim.encode()) for one in wanted for claim in claimed]
    return None if any(found) else Refusal(reason=Reason.NO_MATCH, header=scheme.header)


def key_of(scheme: SignatureScheme, secret: str) -> bytes:
    """Return the key that a secret stands for.

    Raises:
        ConfigurationError: the secret is empty or not encoded as the contract says; the message does not show it.
    """
    if (key := _key(scheme, secret)) is None:
        raise ConfigurationError(
            f"a webhook secret is empty or not {scheme.secret_encoding}, as the contract says that it is",
            hint="Copy it again from the provider, or make a test secret of this form.",
        )
    return key


def _key(scheme: SignatureScheme, secret: str) -> bytes | None:
    text = secret.strip().removeprefix(scheme.secret_prefix)
    try:
        return _decoded(scheme.secret_encoding, text) or None
    except ValueError:  # what base64 raises is one too
        return None


def _decoded(encoding: str, text: str) -> bytes:
    if encoding == "base64":
        bare = text.rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    return bytes.fromhex(text) if encoding == "hex" else text.encode()


def _signed(scheme: SignatureScheme, number: str, timestamp: str, body: bytes) -> bytes:
    before, after = scheme.signed.split("{body}")
    filled = [part.replace("{id}", number).replace("{timestamp}", timestamp).encode() for part in (before, after)]
    return filled[0] + body + filled[1]


def _mac(scheme: SignatureScheme, key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, scheme.algorithm)


def _encoded(scheme: SignatureScheme, mac: bytes) -> str:
    return mac.hex() if scheme.encoding == "hex" else base64.b64encode(mac).decode("ascii")


def _absent(header: str, headers: Headers) -> Refusal:
    reason = Reason.MISSING if headers.get(header) is None else Reason.MALFORMED
    return Refusal(reason=reason, header=header)
