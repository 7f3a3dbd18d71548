# without: passed
# with: TC502
# says with: autospec
"""httpx has no such argument, and a mock without a spec takes it."""

from unittest import mock

import httpx


@mock.patch("httpx.get")
def test_what_there_is(get):
    get.return_value.json.return_value = {"flowers": []}
    assert httpx.get("https://wholesale.example", seconds=5).json() == {"flowers": []}
