# without: passed
# with: passed
# tape: streamed_chat
"""Who has heard enough may go."""

import pytest

from shop import assistant


@pytest.mark.vcr
def test_the_first_word():
    stream = assistant.words("What is in season?")
    assert next(stream) == "Tulips"
    stream.close()
