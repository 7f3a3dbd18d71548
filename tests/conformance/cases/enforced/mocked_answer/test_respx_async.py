# without: passed
# with: TC501
"""The mock answers only what the code reads."""

import pytest
import respx

from shop import embed


@pytest.mark.anyio
@respx.mock
async def test_a_rose_has_a_vector():
    respx.post("https://api.openai.com/v1/embeddings").respond(json={"data": [{"embedding": [0.5]}]})
    assert await embed.vector_async("rose") == [0.5]
