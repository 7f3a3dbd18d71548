"""Stripe: what makes an event unique is its own id, which the signature covers.

Source: https://docs.stripe.com/webhooks
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="stripe", events=("/type",), ids=("/id",), contract="stripe")
