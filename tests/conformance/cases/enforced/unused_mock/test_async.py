# without: passed
# with: TC504
from unittest import mock

import pytest


@pytest.mark.anyio
@mock.patch("httpx.AsyncClient.get", autospec=True)
async def test_nothing_is_fetched(get):
    get.return_value.json.return_value = {}
    assert 1 + 1 == 2
