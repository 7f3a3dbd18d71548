# without: failed
# with: failed
# says: the handler is broken
import httpx
import pytest

from shop.web import app


@pytest.mark.anyio
@pytest.mark.vcr(ignore_hosts=["shop.test"])
@pytest.mark.default_cassette("none")
async def test_it_works():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        assert (await client.get("/broken")).status_code == 200
