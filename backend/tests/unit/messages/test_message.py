from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from backend.messages.message import Kind, Message


def test_a_message_is_a_value_that_keeps_its_body_to_itself() -> None:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    message = Message(number=1, id="msg_1", sender="agt_1", kind=Kind.PRIVATE, body="between us", sent_at=moment)
    assert "between us" not in repr(message)
    with pytest.raises(FrozenInstanceError):
        message.body = "for all"  # type: ignore[misc]
