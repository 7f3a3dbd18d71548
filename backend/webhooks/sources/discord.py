"""Discord: interactions and webhook events.

Sources: https://docs.discord.com/developers/interactions/overview, https://docs.discord.com/developers/events/webhook-events
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backend.webhooks.source import Source, value_at

_PING: Final = 1


def _answer(document: object) -> Mapping[str, object] | None:
    """Answer the PING of interactions with one; of webhook events, type 1 is an event."""
    if value_at(document, "/type") == _PING and value_at(document, "/event") is None:
        return {"type": _PING}
    return None


SOURCE: Final = Source(scheme="discord", events=("/event/type", "/data/name"), ids=("/id",), handshake=_answer)
