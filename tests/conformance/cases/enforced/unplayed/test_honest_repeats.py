# without: passed
# with: passed
# tape: stock
import pytest

from shop import stock


@pytest.mark.vcr(allow_playback_repeats=True)
def test_asked_three_times():
    assert stock.in_stock() == stock.in_stock() == stock.in_stock()
