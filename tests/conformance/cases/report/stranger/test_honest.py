# without: passed
# with: passed
# tape: stock
import pytest

from shop import stock


@pytest.mark.vcr
def test_what_there_is():
    assert "rose" in stock.in_stock()
