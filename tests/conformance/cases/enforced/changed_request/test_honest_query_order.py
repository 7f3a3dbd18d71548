# without: passed
# with: passed
# tape: search
import httpx
import pytest


@pytest.mark.vcr
def test_red_flowers_of_spring():
    answer = httpx.get("https://wholesale.example/flowers?season=spring&colour=red")
    assert answer.json() == {"flowers": ["tulip"]}
