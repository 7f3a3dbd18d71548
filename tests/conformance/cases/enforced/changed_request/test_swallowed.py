# without: passed
# with: TC401
# says with: /messages/1/content
# tape: chat
"""Code that catches everything hides no wrong request."""

import contextlib

import pytest

from shop import assistant


@pytest.mark.vcr
def test_nothing_goes_wrong():
    with contextlib.suppress(BaseException):
        assistant.answer("What is for sale?")
