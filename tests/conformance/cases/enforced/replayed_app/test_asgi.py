# without: passed
# with: TC403
# says with: ignore_hosts
# tape: hours
"""The answer of the app itself was recorded, and its code does not run."""

import httpx
import pytest

from shop.web import app


@pytest.mark.anyio
@pytest.mark.vcr
async def test_hours():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as client:
        answer = await client.get("/hours")
    assert answer.json() == {"hours": "9 to 18"}
