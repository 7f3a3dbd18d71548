# without: passed
# with: TC502
from unittest import mock

from shop import stock


def test_what_there_is():
    answer = mock.Mock()
    answer.return_value.json.return_value = {"flowers": ["aster"]}
    with mock.patch("shop.stock.httpx.get", answer):
        assert stock.in_stock() == ["aster"]
