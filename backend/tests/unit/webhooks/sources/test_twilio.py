from __future__ import annotations

import pytest

from backend.tests.unit.webhooks.reading_sources import FORM, read


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (b"MessageSid=SM1&MessageStatus=delivered&SmsStatus=sent", "delivered"),
        (b"CallSid=CA1&CallStatus=completed", "completed"),
        (b"EventType=onMessageAdded&payload=%7B%7D", "onMessageAdded"),
        (b"MessageSid=SM1&Body=Hello&=nameless", None),
        (b"", None),
    ],
)
def test_the_fields_of_a_form_are_the_event(body: bytes, event: str | None) -> None:
    assert read("twilio", body, FORM).event == event


def test_a_body_may_be_json() -> None:
    assert read("twilio", {"EventType": "com.example.sent"}).event == "com.example.sent"
