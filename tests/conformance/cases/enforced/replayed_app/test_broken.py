# without: passed
# with: TC403
# tape: broken
"""The handler raises, and the test is green."""

import httpx
import pytest

from shop.web import app


@pytest.fixture
def client():
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")


@pytest.mark.anyio
@pytest.mark.vcr
async def test_it_works(client):
    assert (await client.get("/broken")).status_code == 200
