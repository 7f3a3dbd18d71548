# without: passed
# with: passed
# tape: stock
"""A loose match_on takes any host for the recorded one, and the test says that it may."""

import httpx
import pytest


@pytest.mark.vcr(match_on=["method", "path"])
@pytest.mark.contracts(ignore="host", reason="each of us has a workspace of their own")
def test_what_there_is():
    answer = httpx.get("https://mine.wholesale.example/flowers")
    assert answer.json() == {"flowers": ["rose", "tulip"]}
