# without: passed
# with: TC401
# says with: DELETE
# tape: stock
import httpx
import pytest


@pytest.mark.vcr(match_on=["uri"])
def test_what_there_is():
    assert httpx.delete("https://wholesale.example/flowers").status_code == 200
