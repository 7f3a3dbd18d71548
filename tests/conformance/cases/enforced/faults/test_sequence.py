# without: error
# with: passed
# tape: stock
import httpx
import pytest

from shop import stock


@pytest.mark.vcr
def test_one_after_the_other(faults):
    faults.sequence("connect-refused", "status-503", "dns-failure")
    with pytest.raises(httpx.ConnectError):
        stock.in_stock()
    assert httpx.get(f"{stock.URL}/flowers").status_code == 503
    with pytest.raises(httpx.ConnectError):
        stock.in_stock()
    assert stock.in_stock() == ["rose", "tulip"]
