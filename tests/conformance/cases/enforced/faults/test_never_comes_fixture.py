# without: error
# with: failed
# says with: status-503
import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.default_cassette("stock_of_the_fault")
def test_nothing_is_asked(faults):
    faults.add("status-503")
    assert stock.URL
