# without: passed
# with: TC501
from shop import embed


def test_a_rose_has_a_vector(mocker):
    post = mocker.patch("requests.post", autospec=True)
    post.return_value.status_code = 200
    post.return_value.json.return_value = {"data": [{"embedding": [0.5]}]}
    assert embed.vector_by_requests("rose") == [0.5]
