"""Slack: events as JSON; interactions as a form with the JSON in `payload`; slash commands as a form.

Source: https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backend.webhooks.source import Source, value_at


def _answer(document: object) -> Mapping[str, object] | None:
    """Answer `url_verification` with its challenge."""
    challenge = value_at(document, "/challenge")
    if value_at(document, "/type") == "url_verification" and isinstance(challenge, str):
        return {"challenge": challenge}
    return None


SOURCE: Final = Source(
    scheme="slack",
    events=("/event/type", "/type", "/command"),
    ids=("/event_id",),
    form="payload",
    contract="slack",
    handshake=_answer,
)
