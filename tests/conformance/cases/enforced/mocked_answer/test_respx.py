# without: passed
# with: TC501
# says with: /data/0
"""The mock answers a vector without its index."""

import httpx

from shop import embed


def test_a_rose_has_a_vector(respx_mock):
    answer = {
        "object": "list",
        "data": [{"object": "embedding", "embedding": [0.5]}],
        "model": "text-embedding-3-small",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    respx_mock.post("https://api.openai.com/v1/embeddings").mock(return_value=httpx.Response(200, json=answer))
    assert embed.vector("rose") == [0.5]
