# without: passed
# with: TC502
from unittest import mock

import pytest

from shop import stock


@pytest.fixture
def get():
    with mock.patch("httpx.get") as mocked:
        mocked.return_value.json.return_value = {"flowers": ["aster"]}
        yield mocked


def test_what_there_is(get):
    assert stock.in_stock() == ["aster"]
