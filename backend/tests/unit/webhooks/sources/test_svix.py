from __future__ import annotations

from backend.tests.unit.webhooks.reading_sources import read


def test_the_type_is_the_event_and_the_id_is_not_taken_from_the_body() -> None:
    found = read("svix", {"id": "evt_1", "type": "user.created", "data": {}})
    assert (found.event, found.id) == ("user.created", None)
