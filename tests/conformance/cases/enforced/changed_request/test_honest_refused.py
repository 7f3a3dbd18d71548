# without: passed
# with: passed
# tape: refused_chat
"""The request is bad on purpose: the test is about the refusal."""

import openai
import pytest

from shop import assistant


@pytest.mark.vcr
def test_a_refusal_is_told():
    with pytest.raises(openai.BadRequestError, match="at most 2"):
        assistant.answer("What is in season?", temperature=9)
