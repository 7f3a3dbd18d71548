"""Deliveries verified, and signed: pure functions, with the time passed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.webhooks.signatures.errors import Reason, SchemeError, SecretError, SignatureError
from backend.webhooks.signatures.headers import Headers
from backend.webhooks.signatures.registry import scheme_named
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, Key, Scheme
from backend.webhooks.signatures.timestamps import check_age


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A delivery whose signature is right.

    Attributes:
        scheme: its name.
        id: of the delivery, where its headers tell; GitHub, Shopify and Twilio do not sign it.
        timestamp: when it was signed, where that is signed.
        secret_index: which of the secrets matched, counted from 0.
    """

    scheme: str
    id: str | None
    timestamp: datetime | None
    secret_index: int


def verify(  # noqa: PLR0913 - what a request has, the secrets and the time
    scheme: str,
    secrets: Sequence[str],
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    body: bytes,
    now: datetime,
    *,
    url: str | None = None,
    method: str = "POST",
) -> Verified:
    """Check who sent a delivery: its headers, then its timestamp, then its signatures against every secret.

    Args:
        scheme: its name.
        secrets: any may match, so that they can be changed without a gap; one that the scheme cannot use matches
            nothing (`check_secret` tells).
        headers: names in any case; pairs where a name may come again.
        body: the raw bytes.
        now: with a time zone.
        url: as the sender called it, query included; Twilio signs it.
        method: of the request; Twilio signs no body but that of a POST.

    Raises:
        SignatureError: it is not proven; `reason` says which check failed.
        SchemeError: there is no such scheme, or it needs the URL.
    """
    rules = scheme_named(scheme)
    claim = rules.claim(Delivery(headers=Headers(headers), body=body, url=url, method=method))
    if claim.timestamp is not None:
        check_age(claim.timestamp, now, claim.tolerance)
    matching = [index for index, secret in enumerate(secrets) if _proves(rules, secret, claim)]
    if not matching:
        raise SignatureError(
            Reason.NO_MATCH, "no signature matches: sign the raw body with the secret that this service has"
        )
    return Verified(scheme=scheme, id=claim.id, timestamp=claim.timestamp, secret_index=matching[0])


def sign(
    scheme: str,
    secrets: Sequence[str],
    body: bytes,
    now: datetime,
    *,
    id: str | None = None,  # noqa: A002 - as in Verified
    url: str | None = None,
) -> dict[str, str]:
    """Return the headers that a provider would send with a body.

    Args:
        scheme: its name.
        secrets: all sign where the scheme takes several signatures, else the first. For ed25519 a private key:
            `whsk_…` in `standard`, the hex of its seed in `discord`.
        body: the raw bytes.
        now: the moment of signing, with a time zone.
        id: of the delivery; where it is signed and None, it is made from the body.
        url: that is called; Twilio signs it, and wants `bodySHA256` in it where the body is no form.

    Raises:
        SchemeError: there is no such scheme, a secret that signs is missing or unusable, or the URL is missing.
    """
    if not secrets:
        raise SchemeError("there is no secret to sign with: pass at least one")
    for secret in secrets:
        _refuse_blank(secret)
    draft = Draft(body=body, now=now, id=id, url=url)
    return dict(scheme_named(scheme).sign(secrets, draft))


def check_secret(scheme: str, secret: str) -> None:
    """Check at the start what `verify` passes over in silence.

    Raises:
        SecretError: the secret is blank, or not of the scheme's form.
        SchemeError: there is no such scheme.
    """
    _key(scheme_named(scheme), secret)


def _proves(scheme: Scheme, secret: str, claim: Claim) -> bool:
    try:
        return _key(scheme, secret).matches(claim)
    except SecretError:
        return False


def _key(scheme: Scheme, secret: str) -> Key:
    _refuse_blank(secret)
    return scheme.key(secret)


def _refuse_blank(secret: str) -> None:
    if not secret.strip():  # anybody can write an HMAC with an empty key
        raise SecretError("the secret is blank: set it, or leave it out")
