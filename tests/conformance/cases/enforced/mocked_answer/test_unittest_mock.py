# without: passed
# with: TC501
# says with: usage
from unittest import mock

import httpx

from shop import embed


@mock.patch("httpx.post", autospec=True)
def test_a_rose_has_a_vector(post):
    data = [{"object": "embedding", "index": 0, "embedding": [0.5]}]
    post.return_value = httpx.Response(200, json={"object": "list", "data": data, "model": "text-embedding-3-small"})
    assert embed.vector("rose") == [0.5]
