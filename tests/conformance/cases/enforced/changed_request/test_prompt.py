# without: passed
# with: TC401
# says with: /messages/1/content
# tape: chat
import pytest

from shop import assistant


@pytest.mark.vcr
def test_the_assistant_knows_the_season():
    assert assistant.answer("What was in season?") == "Tulips are."
