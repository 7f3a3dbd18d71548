# without: passed
# with: TC403
# tape: broken
import httpx
import pytest

from shop.plain_web import app


@pytest.mark.vcr
def test_it_works():
    with httpx.Client(transport=httpx.WSGITransport(app), base_url="http://shop.test") as client:
        assert client.get("/broken").status_code == 200
