# without: passed
# with: TC501
# says with: /data/0/embedding
import responses

from shop import embed


@responses.activate
def test_a_rose_has_a_vector():
    answer = {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": {"x": 1}}],
        "model": "text-embedding-3-small",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    responses.post("https://api.openai.com/v1/embeddings", json=answer)
    assert embed.vector_by_requests("rose") == {"x": 1}
