# without: passed
# with: passed
from unittest import mock

from shop import stock


@mock.patch("httpx.get")
def test_what_there_is(get):
    get.return_value.json.return_value = {"flowers": ["aster"]}
    assert stock.in_stock() == ["aster"]
