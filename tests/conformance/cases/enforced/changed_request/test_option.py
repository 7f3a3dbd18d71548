# without: passed
# with: TC401
# says with: /temperature
# tape: chat
"""The application sends an option that the recording never had."""

import pytest

from shop import assistant


@pytest.mark.vcr
def test_the_assistant_knows_the_season():
    assert assistant.answer("What is in season?", temperature=0) == "Tulips are."
