from __future__ import annotations

from urllib.parse import urlencode

import pytest

from backend.tests.unit.webhooks.reading_sources import FORM, answer, read


def test_an_event_is_named_within_its_envelope() -> None:
    found = read("slack", {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}})
    assert (found.event, found.id) == ("app_mention", "Ev1")


def test_interactions_and_commands_are_forms() -> None:
    assert read("slack", urlencode({"payload": '{"type": "block_actions"}'}).encode(), FORM).event == "block_actions"
    assert read("slack", b"command=%2Fweather&text=94070", FORM).event == "/weather"


def test_its_challenge_is_given_back() -> None:
    asked = {"type": "url_verification", "token": "made up", "challenge": "3eZbrw1a"}
    assert answer("slack", asked) == {"challenge": "3eZbrw1a"}


@pytest.mark.parametrize(
    "document",
    [
        {"type": "event_callback", "challenge": "3eZbrw1a"},
        {"type": "url_verification"},
        {"type": "url_verification", "challenge": 1},
        ["url_verification"],
    ],
)
def test_nothing_else_is(document: object) -> None:
    assert answer("slack", document) is None
