# without test_in_euros: failed
# without: passed
# with test_in_euros: TC505
# with: passed
# says: assert 'USD' == 'EUR'
# says with: SHOP_MONEY
"""The test fails, and what it leaves behind is told too."""

import os


def test_in_euros():
    os.environ["SHOP_MONEY"] = "USD"
    assert os.environ["SHOP_MONEY"] == "EUR"


def test_next():
    assert True
