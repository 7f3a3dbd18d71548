# without: passed
# with: TC401
# says with: /messages/1/content
# tape: streamed_chat
import pytest

from shop import assistant


@pytest.mark.vcr
def test_the_words_come_one_by_one():
    assert list(assistant.words("What is in season today?")) == ["Tulips", " are."]
