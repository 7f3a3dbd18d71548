from __future__ import annotations

from backend.tests.unit.webhooks.reading_sources import read


def test_events_have_type_and_id() -> None:
    found = read("stripe", {"id": "evt_1", "object": "event", "type": "invoice.paid"})
    assert (found.event, found.id) == ("invoice.paid", "evt_1")
