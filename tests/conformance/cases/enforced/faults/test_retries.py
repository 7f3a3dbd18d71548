# without: failed
# with: passed
# tape: order
"""Two time-outs, then the tape; without the plugin nothing ever goes wrong."""

import pytest

from shop import stock


@pytest.fixture
def pauses(monkeypatch):
    found = []
    monkeypatch.setattr("shop.stock.time.sleep", found.append)
    return found


@pytest.mark.vcr
@pytest.mark.fault("read-timeout", times=2)
def test_the_third_try_succeeds(pauses):
    assert stock.order_patiently("rose", 12) == "order-1"
    assert len(pauses) == 2
