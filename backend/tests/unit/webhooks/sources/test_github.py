from __future__ import annotations

from urllib.parse import urlencode

from backend.tests.unit.webhooks.reading_sources import FORM, read


def test_the_event_is_in_a_header() -> None:
    found = read("github", {"action": "opened", "id": "in the body"}, x_github_event="issues")
    assert (found.event, found.id) == ("issues", None)


def test_a_form_holds_the_json() -> None:
    found = read("github", urlencode({"payload": '{"zen": "Keep it simple"}'}).encode(), FORM, x_github_event="ping")
    assert (found.event, found.document) == ("ping", {"zen": "Keep it simple"})
