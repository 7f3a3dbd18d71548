# without: passed
# with: TC401
# says with: temperature
# tape: hot_chat
"""The request is the one on tape, and the provider would refuse it all the same."""

import pytest

from shop import assistant


@pytest.mark.vcr
def test_a_bold_answer():
    assert assistant.answer("What is in season?", temperature=9) == "Tulips are."
