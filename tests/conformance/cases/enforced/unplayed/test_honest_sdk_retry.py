# without: passed
# with: passed
# tape: failed_chat_then_chat
"""The client itself tries again."""

import pytest

from shop import assistant


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("openai._base_client.BaseClient._calculate_retry_timeout", lambda *_, **__: 0)


@pytest.mark.vcr
def test_a_failure_is_got_over():
    assert assistant.answer("What is in season?", retries=1) == "Tulips are."
