# without: passed
# with: passed
# tape: search
import httpx
import pytest


@pytest.mark.vcr(match_on=["method", "host", "path"])
def test_any_season():
    answer = httpx.get("https://wholesale.example/flowers?colour=red&season=autumn")
    assert answer.json() == {"flowers": ["tulip"]}
