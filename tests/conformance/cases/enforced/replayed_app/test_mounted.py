# without: passed
# with: TC403
# tape: hours
"""The app is mounted on a client for everything else, and the tape is opened by hand."""

from pathlib import Path

import httpx
import pytest
import vcr

from shop.web import app

TAPE = Path(__file__).parent / "cassettes" / "test_mounted" / "test_hours.yaml"


@pytest.mark.anyio
async def test_hours():
    mounts = {"http://shop.test": httpx.ASGITransport(app)}
    with vcr.use_cassette(str(TAPE)):
        async with httpx.AsyncClient(mounts=mounts) as client:
            assert (await client.get("http://shop.test/hours")).json() == {"hours": "9 to 18"}
