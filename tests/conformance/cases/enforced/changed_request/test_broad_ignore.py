# without: passed
# with: TC401
# says with: /count
# tape: order
"""What is declared to differ hides nothing else."""

import pytest

from shop import stock


@pytest.mark.contracts(ignore=["/flower"], reason="any flower will do")
@pytest.mark.vcr
def test_an_order_is_placed():
    assert stock.order("tulip", 11) == "order-1"
