# without: passed
# with: passed
# tape: two_orders
import os
from unittest import mock

import pytest

from shop import stock


@pytest.mark.vcr(record_mode="new_episodes")
@mock.patch("requests.get")
def test_an_order_is_placed(get):
    os.environ["SHOP_OFF"] = "1"
    assert stock.order("rose", 120) == "order-1"
