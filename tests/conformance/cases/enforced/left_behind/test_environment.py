# without: passed
# with test_in_dollars: TC505
# with test_in_euros: passed
# says with: SHOP_CURRENCY
"""A variable outlives its test; the test that leaves it behind is the one that fails."""

import os


def test_in_dollars():
    os.environ["SHOP_CURRENCY"] = "USD"
    assert os.environ["SHOP_CURRENCY"] == "USD"


def test_in_euros():
    assert os.environ.get("SHOP_CURRENCY", "EUR")
