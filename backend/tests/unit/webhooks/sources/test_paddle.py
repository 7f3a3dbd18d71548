from __future__ import annotations

from backend.tests.unit.webhooks.reading_sources import read


def test_a_notification_is_known_by_its_own_id_or_that_of_its_event() -> None:
    body = {"event_id": "evt_1", "event_type": "transaction.paid", "notification_id": "ntf_1"}
    found = read("paddle", body)
    assert (found.event, found.id) == ("transaction.paid", "ntf_1")
    assert read("paddle", {"event_id": "evt_1"}).id == "evt_1"
