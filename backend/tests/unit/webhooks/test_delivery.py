from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from backend.webhooks.delivery import ID_PATTERN, Delivery, Status


def test_a_body_is_not_shown() -> None:
    delivery = Delivery(
        id="whd_1",
        source="generic",
        delivery_id="evt_1",
        event=None,
        headers=(),
        body=b"hidden",
        received_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert "hidden" not in repr(delivery)
    assert (delivery.run, delivery.released) == (1, False)


def test_a_status_is_a_word() -> None:
    assert [str(status) for status in Status] == ["received", "processing", "processed", "quarantined", "dead"]


@pytest.mark.parametrize("other", ["", "whd_", "agt_" + "0" * 32, "whd_" + "F" * 32, "whd_" + "0" * 33, "0" * 32])
def test_ids_have_one_form(other: str) -> None:
    assert re.fullmatch(ID_PATTERN, "whd_" + "0a" * 16)
    assert not re.fullmatch(ID_PATTERN, other)
