# without: passed
# with: TC401
# says with: wholesale.example
# tape: stock
"""A loose match_on takes any host for the recorded one."""

import httpx
import pytest


@pytest.fixture
def vcr_config():
    return {"match_on": ["path"]}


@pytest.mark.vcr
def test_what_there_is():
    answer = httpx.get("https://staging.wholesale.example/flowers")
    assert answer.json() == {"flowers": ["rose", "tulip"]}
