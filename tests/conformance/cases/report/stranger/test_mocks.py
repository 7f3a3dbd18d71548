# without: passed
# with: passed
# summary: TC502 TC504 TC505
import os
from unittest import mock

from shop import prices


@mock.patch("httpx.get")
def test_the_total(get):
    os.environ["SHOP_STRANGER"] = "1"
    assert prices.total(["rose"]) == 3


@mock.patch("shop.prices.total", autospec=True, return_value=7)
def test_nothing_is_configured_as_ours(total):
    assert prices.total(["rose"]) == 7
