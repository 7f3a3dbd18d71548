# without: passed
# with: TC404
"""There is no tape at all: the call goes out, is blocked, and the fallback makes the test green."""

import pytest

from shop import assistant


@pytest.fixture
def vcr_config():
    return {"record_mode": "once"}


@pytest.mark.vcr
def test_there_is_always_an_answer():
    assert assistant.polite_answer("What is in season?") == "Please ask again later."
