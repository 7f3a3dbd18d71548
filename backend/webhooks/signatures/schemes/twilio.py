"""Twilio: `X-Twilio-Signature` is the base64 HMAC-SHA1 of the URL and, behind it, the sorted parameters of a form.

A body that is no form is not signed itself: the URL then has its hash as `bodySHA256`.
Sources: https://www.twilio.com/docs/usage/webhooks/webhooks-security;
https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys for the header that names another hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from backend.webhooks.signatures.encodings import BASE64_SHA1, BASE64_SHA256, write_base64
from backend.webhooks.signatures.errors import Reason, SchemeError, SignatureError
from backend.webhooks.signatures.macs import Mac
from backend.webhooks.signatures.scheme import Claim, Delivery, Draft, given, well_formed

_SIGNATURE: Final = "X-Twilio-Signature"
_SETTINGS: Final = "X-Twilio-Webhooks-Signature-Settings"
_ID: Final = "I-Twilio-Idempotency-Token"
_FORM: Final = re.compile(f"{BASE64_SHA1}|{BASE64_SHA256}")
_ALGORITHMS: Final = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_PORTS: Final = {"https": 443, "http": 80}
_MOST_FIELDS: Final = 1000
"""Of a form; Twilio sends dozens. They are read before anything is proven, and a megabyte holds half a million."""


class Twilio:
    """There is no timestamp, the id is not signed, and nothing parts the URL from names, nor names from values."""

    def claim(self, delivery: Delivery) -> Claim:
        """Read a delivery."""
        signature = delivery.headers.need(_SIGNATURE)
        url = _read_url(delivery.url)
        if delivery.body and delivery.method.upper() != "POST":
            raise SignatureError(Reason.MALFORMED, f"a {delivery.method} has a body: Twilio signs only that of a POST")
        form = _signed_form(url, delivery.body)
        return Claim(
            id=delivery.headers.delivery_id(_ID),
            algorithm=_algorithm(delivery.headers.get(_SETTINGS) or ""),
            messages=tuple(one.encode(errors="surrogatepass") + form for one in _spellings(url)),
            signatures=well_formed(_FORM, [signature], _SIGNATURE),
        )

    def key(self, secret: str) -> Mac:
        """Read an auth token, or a shared key, which is the text itself."""
        return Mac.of_text(secret, encode=write_base64)

    def sign(self, secrets: Sequence[str], draft: Draft) -> Mapping[str, str]:
        """Return the headers of a signed delivery."""
        url = _read_url(draft.url)
        message = url.geturl().encode() + _signed_form(url, draft.body)
        return {_SIGNATURE: self.key(secrets[0]).write(message, "sha1")} | given(_ID, draft.id)


def _read_url(url: str | None) -> SplitResult:
    if url is None:
        raise SchemeError("twilio signs the URL: pass the one that it called")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises
    except ValueError:
        raise SignatureError(Reason.MALFORMED, "the URL is malformed: expected the one that Twilio called") from None
    return parts


def _spellings(url: SplitResult) -> tuple[str, str]:
    """Return the URL as it is, and with its port dropped or the scheme's own added: Twilio signs either."""
    added, dropped = f"{url.netloc}:{_PORTS.get(url.scheme, 80)}", url.netloc.rpartition(":")[0]
    return url.geturl(), url._replace(netloc=added if url.port is None else dropped).geturl()


def _signed_form(url: SplitResult, body: bytes) -> bytes:
    declared = parse_qs(url.query).get("bodySHA256")
    if declared is None:
        return _form(body)
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), declared[0].encode(errors="replace")):
        raise SignatureError(Reason.NO_MATCH, "the body has not the hash that its URL says: send it as it was signed")
    return b""


def _form(body: bytes) -> bytes:
    """Return names and values, sorted, each value of a name once.

    Raises:
        SignatureError: there are too many.
    """
    text = body.decode(errors="surrogateescape")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise SignatureError(Reason.MALFORMED, f"the form has more than {_MOST_FIELDS} fields") from None
    fields = set(pairs)
    return "".join(name + value for name, value in sorted(fields)).encode(errors="surrogateescape")


def _algorithm(settings: str) -> str:
    name = "HMAC_SHA1"
    for pair in settings.split(","):
        key, _, value = pair.partition("=")
        if key.strip() == "algorithm" and value.strip():
            name = value.strip().upper()
            break
    if name not in _ALGORITHMS:
        raise SignatureError(Reason.MALFORMED, f"{_SETTINGS} has another algorithm than {' and '.join(_ALGORITHMS)}")
    return _ALGORITHMS[name]


SCHEME: Final = Twilio()
