"""Who sent a webhook: the signatures of eleven schemes, verified and made by pure functions.

Each scheme is a file of `schemes/` and does what the provider's official library does. Where the libraries differ from
Standard Webhooks, from each other, or from what is safe, this is held to (contested cases):

Stricter than the official library:

- A timestamp is ASCII digits without a leading zero, at most 11. Libraries that use `int` or `float` take signs,
  spaces, underscores, fractions and other scripts' digits.
- A timestamp may be as far in the future as in the past: 300 s, and 5 s for Paddle, both inclusive and to the
  microsecond. Stripe's library does not look at the future, Discord's at no timestamp, OpenAI's cuts `now` to seconds.
- A signature has one spelling: lower-case hex, canonical base64. standardwebhooks and svix skip characters that are
  not base64. The hex of Discord's, which is decoded and not compared, may be upper-case.
- GitHub: SHA-1 is no signature, neither in `X-Hub-Signature` nor as `sha1=` in `X-Hub-Signature-256`.
- Stripe: `v1=<signature>=more` is no signature.
- Standard Webhooks: an id with a `.` cannot be told from the timestamp behind it. An id is printable ASCII.
- A secret that is empty, blank or not what its prefix says matches nothing. An ed25519 key is no HMAC secret.
- Twilio: `bodySHA256` in the URL means that the body has this hash, whatever the body's type. A form has at most 1,000
  fields.
- A header that comes twice with two values is malformed; libraries see only one of them.

More lenient:

- Any bytes may be a body. Most libraries decode it as UTF-8 and fail otherwise.
- Whatever else is in a list of signatures, a valid one counts. standardwebhooks and svix fail at an entry without just
  one comma, Stripe's at a `v1` without `=`, Paddle's at a key that it does not know.
- Some secrets and all of v1a: the Python library of Standard Webhooks knows no ed25519, that for Go does. OpenAI's
  library fails at base64 without padding, the others do not.
- Twilio: a port is dropped correctly where the URL has a user, or an IPv6 address.

As the official library does it: OpenAI's signatures may come without `v1,` and its secrets without `whsec_` are raw;
of several `t` in a Stripe signature the first counts, of several `ts` in Paddle's the last; `svix-*` headers go before
`webhook-*`, each on its own; `X-Shopify-*` before `Shopify-*`; Twilio's URL counts with and without its port.
"""

from __future__ import annotations

from backend.webhooks.signatures.errors import (
    MissingHeaderError,
    Reason,
    SchemeError,
    SecretError,
    SignatureError,
)
from backend.webhooks.signatures.registry import SCHEMES
from backend.webhooks.signatures.verification import Verified, check_secret, sign, verify

__all__ = [
    "SCHEMES",
    "MissingHeaderError",
    "Reason",
    "SchemeError",
    "SecretError",
    "SignatureError",
    "Verified",
    "check_secret",
    "sign",
    "verify",
]
