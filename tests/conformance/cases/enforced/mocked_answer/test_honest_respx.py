# without: passed
# with: passed
import httpx
import pytest
import respx

from shop import embed

ANSWER = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
}


@respx.mock
def test_a_rose_has_a_vector():
    respx.post("https://api.openai.com/v1/embeddings").respond(json=ANSWER)
    assert embed.vector("rose") == [0.5]


def test_no_connection(respx_mock):
    respx_mock.post("https://api.openai.com/v1/embeddings").mock(side_effect=httpx.ConnectError)
    with pytest.raises(httpx.ConnectError):
        embed.vector("rose")


@pytest.mark.anyio
async def test_an_unknown_host(respx_mock):
    respx_mock.get("https://wholesale.example/flowers").respond(json={"anything": ["goes"]})
    async with httpx.AsyncClient() as client:
        assert (await client.get("https://wholesale.example/flowers")).json() == {"anything": ["goes"]}
