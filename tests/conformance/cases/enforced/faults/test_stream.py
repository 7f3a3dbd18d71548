# without: failed
# with: passed
# tape: streamed_chat
"""The stream breaks off with an error, after what has come already."""

import openai
import pytest

from shop import assistant


@pytest.mark.vcr
@pytest.mark.fault("stream-error-event")
def test_a_stream_that_breaks_off():
    with pytest.raises(openai.APIError):
        list(assistant.words("What is in season?"))
