# without: xfailed
# with: xfailed
# tape: stock
import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.xfail
def test_there_are_asters():
    assert "aster" in stock.in_stock()
