# without: passed
# with: passed
from unittest import mock

import httpx

from shop import embed, stock

ANSWER = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
}


@mock.patch("httpx.post", autospec=True, return_value=httpx.Response(200, json=ANSWER))
def test_a_rose_has_a_vector(post):
    assert embed.vector("rose") == [0.5]


def test_a_rose_has_a_vector_by_requests(mocker):
    post = mocker.patch("requests.post", autospec=True)
    post.return_value.status_code = 200
    post.return_value.json.return_value = ANSWER
    assert embed.vector_by_requests("rose") == [0.5]


def test_the_wholesaler_has_no_contract(mocker):
    mocker.patch("httpx.get", autospec=True).return_value.json.return_value = {"flowers": []}
    assert stock.in_stock() == []


def test_its_own_transport():
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWER))
    with httpx.Client(transport=transport) as client:
        answer = client.post(embed.URL, json=embed.body("rose"), headers=embed.HEADERS)
    assert answer.json() == ANSWER
