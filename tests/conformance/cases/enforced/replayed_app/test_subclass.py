# without: passed
# with: TC403
# tape: broken
import httpx
import pytest

from shop.web import app


class Quiet(httpx.ASGITransport):
    """A transport of the suite's own."""


@pytest.mark.anyio
@pytest.mark.vcr
async def test_it_works():
    async with httpx.AsyncClient(transport=Quiet(app), base_url="http://shop.test") as client:
        assert (await client.get("/broken")).status_code == 200
