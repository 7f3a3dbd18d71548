# without: passed
# with: TC502
"""requests has no such argument, and a mock without a spec takes it."""

import requests


def test_what_there_is(mocker):
    get = mocker.patch("requests.get")
    requests.get("https://wholesale.example/flowers", seconds=5)
    get.assert_called_once()
