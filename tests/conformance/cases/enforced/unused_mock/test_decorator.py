# without: passed
# with: TC504
from unittest import mock

from shop import prices


@mock.patch("httpx.get", autospec=True)
def test_the_total(get):
    get.return_value.json.return_value = {"rose": 30}
    assert prices.total(["rose"]) == 3
