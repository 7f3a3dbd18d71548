"""Svix: Standard Webhooks, whose headers begin with `svix-` or `webhook-`.

Source: https://docs.svix.com/receiving/verifying-payloads/how-manual
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.signatures.schemes.standard import StandardWebhooks

SCHEME: Final = StandardWebhooks(prefixes=("svix", "webhook"))
