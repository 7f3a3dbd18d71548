# without: passed
# with: TC402
# tape: chat
"""The address is wrong, vcrpy finds no answer, and the code hides it behind its fallback."""

import pytest

from shop import assistant


@pytest.mark.vcr
def test_there_is_always_an_answer(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v2")
    assert assistant.polite_answer("What is in season?")
