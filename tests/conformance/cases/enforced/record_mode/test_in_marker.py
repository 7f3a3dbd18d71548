# without: passed
# with: TC404
# says with: once
# tape: stock
import pytest

from shop import stock


@pytest.mark.vcr(record_mode="once")
def test_what_there_is():
    assert "rose" in stock.in_stock()
