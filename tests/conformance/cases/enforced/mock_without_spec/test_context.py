# without: passed
# with: TC502
from unittest import mock

from shop import stock


def test_what_there_is():
    with mock.patch.object(stock.httpx, "get") as get:
        get.return_value.json.return_value = {"flowers": ["aster"]}
        assert stock.in_stock() == ["aster"]
