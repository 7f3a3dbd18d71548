from __future__ import annotations

import pytest

from backend.tests.unit.webhooks.reading_sources import read


@pytest.mark.parametrize("name", ["type", "event"])
def test_the_event_is_named_in_the_body(name: str) -> None:
    found = read("generic", {"id": "evt_1", name: "order.paid"})
    assert (found.event, found.id) == ("order.paid", "evt_1")


@pytest.mark.parametrize("body", [{"id": 7}, {"id": ""}, {"id": None}, ["id"], "id", 1, None])
def test_an_id_is_a_text(body: object) -> None:
    assert read("generic", body).id is None
