# without: passed
# with: TC401
# says with: colour
# tape: search
"""A loose match_on takes any query for the recorded one."""

import httpx
import pytest


@pytest.mark.vcr(match_on=["method", "host", "path"])
def test_red_flowers_of_spring():
    wanted = {"colour": "blue", "season": "spring"}
    answer = httpx.get("https://wholesale.example/flowers", params=wanted)
    assert answer.json() == {"flowers": ["tulip"]}
