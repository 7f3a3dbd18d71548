# without: failed
# with: failed
# says with: read-timeout
# tape: order
"""Three faults are planned, and the code gives up before the third."""

import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.contracts(ignore=["TC402"], reason="the code gives up")
@pytest.mark.fault("read-timeout", times=3)
def test_it_gives_up():
    assert stock.order_patiently("rose", 12, tries=2) is None
