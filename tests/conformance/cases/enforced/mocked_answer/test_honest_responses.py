# without: passed
# with: passed
import pytest
import requests
import responses

from shop import embed

URL = "https://api.openai.com/v1/embeddings"
ANSWER = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
}


@pytest.fixture
def mocked():
    with responses.RequestsMock() as router:
        yield router


def test_a_rose_has_a_vector(mocked):
    mocked.post(URL, json=ANSWER)
    assert embed.vector_by_requests("rose") == [0.5]


@responses.activate
def test_no_connection():
    responses.post(URL, body=requests.ConnectionError("refused"))
    with pytest.raises(requests.ConnectionError):
        embed.vector_by_requests("rose")


@responses.activate
def test_too_many_requests():
    error = {"message": "Slow down.", "type": "requests", "param": None, "code": "rate_limit_exceeded"}
    responses.post(URL, json={"error": error}, status=429)
    assert requests.post(URL, json=embed.body("rose"), timeout=5).status_code == 429
