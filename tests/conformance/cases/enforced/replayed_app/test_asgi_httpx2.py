# without: passed
# with: TC403
# tape: broken
import httpx2
import pytest

from shop.web import app


@pytest.mark.anyio
@pytest.mark.vcr
async def test_it_works():
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        assert (await client.get("/broken")).status_code == 200
