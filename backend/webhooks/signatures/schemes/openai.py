"""OpenAI: Standard Webhooks, as lenient as OpenAI's own library.

Source: https://platform.openai.com/docs/guides/webhooks
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.signatures.schemes.standard import StandardWebhooks

SCHEME: Final = StandardWebhooks(lenient=True)
