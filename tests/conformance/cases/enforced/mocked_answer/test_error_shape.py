# without: passed
# with: TC501
# says with: error
"""The provider's errors do not look like this one."""

import httpx
import pytest


@pytest.mark.anyio
async def test_too_many_requests(respx_mock):
    respx_mock.post("https://api.openai.com/v1/embeddings").respond(429, json={"message": "slow down"})
    async with httpx.AsyncClient() as client:
        body = {"model": "text-embedding-3-small", "input": "rose"}
        answer = await client.post("https://api.openai.com/v1/embeddings", json=body)
    assert answer.status_code == 429
