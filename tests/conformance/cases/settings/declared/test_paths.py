# without: passed
# with: passed
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr
def test_any_count():
    assert stock.order("rose", 77) == "order-1"
