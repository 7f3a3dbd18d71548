# without: passed
# with: passed
import httpx
import pytest

from shop.web import app


@pytest.mark.anyio
async def test_hours():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        assert (await client.get("/hours")).json() == {"hours": "9 to 18"}
