# without: passed
# with: TC401
# says with: /flower
# tape: order
import pytest

from shop import stock


@pytest.mark.vcr
def test_another_flower():
    assert stock.order("lily", 77) == "order-1"
