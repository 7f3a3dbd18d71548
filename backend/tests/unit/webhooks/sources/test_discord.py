from __future__ import annotations

import pytest

from backend.tests.unit.webhooks.reading_sources import answer, read


def test_interactions_have_an_id_and_events_a_name() -> None:
    found = read("discord", {"id": "786008729715212338", "type": 2, "data": {"name": "weather"}})
    assert (found.event, found.id) == ("weather", "786008729715212338")
    assert read("discord", {"type": 1, "event": {"type": "ENTITLEMENT_CREATE"}}).event == "ENTITLEMENT_CREATE"


def test_a_ping_is_given_back() -> None:
    assert answer("discord", {"id": "1", "type": 1}) == {"type": 1}


@pytest.mark.parametrize("document", [{"type": 2}, {"type": 1, "event": {"type": "ENTITLEMENT_CREATE"}}, [1], None])
def test_nothing_else_is(document: object) -> None:
    assert answer("discord", document) is None
