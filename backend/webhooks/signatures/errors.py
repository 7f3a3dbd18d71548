"""Why a signature is refused, and what can be wrong on our own side.

```
Problem
└── SignatureError             401  a signature is refused; `reason` says which check failed
    └── MissingHeaderError     400  a header that the scheme needs is missing
BackendError, ValueError
└── SchemeError                     this side asks for what the scheme cannot do
    └── SecretError                 a secret is not of the scheme's form
```

No message holds a secret, a signature or a body.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from backend.errors import BackendError, Problem


class Reason(StrEnum):
    """Which check failed."""

    MISSING_HEADER = "missing header"
    MALFORMED = "malformed"
    TOO_OLD = "too old"
    IN_THE_FUTURE = "in the future"
    NO_MATCH = "no match"


class SignatureError(Problem):
    """A delivery that is not proven to come from whom it says.

    Args:
        reason: which check failed.
        detail: what was got, what is expected, what to do next.
    """

    status = 401
    title = "Webhook signature refused"
    challenge: ClassVar[str | None] = "Signature"

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class MissingHeaderError(SignatureError):
    """A delivery without a header that its scheme needs.

    Args:
        name: of the header.
    """

    status = 400
    title = "Webhook header missing"
    challenge = None

    def __init__(self, name: str) -> None:
        super().__init__(Reason.MISSING_HEADER, f"the header {name} is missing or empty: send it with the delivery")


class SchemeError(BackendError, ValueError):
    """Something is asked of a scheme that it cannot do, such as Twilio's without a URL; or there is no such scheme."""


class SecretError(SchemeError):
    """A secret that its scheme cannot use; the message never shows it."""
