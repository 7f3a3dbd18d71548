# without: passed
# with: TC402
# tape: busy_then_order
"""The answer to the second try is on tape, and there is no second try."""

import pytest

from shop import stock


@pytest.mark.vcr
def test_a_busy_wholesaler():
    assert stock.order_patiently("rose", 12, tries=1) is None
