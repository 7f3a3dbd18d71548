"""GitHub: JSON, or a form with the JSON in `payload`.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from typing import Final

from backend.webhooks.source import Source

SOURCE: Final = Source(scheme="github", events=("x-github-event",), form="payload", contract="github")
