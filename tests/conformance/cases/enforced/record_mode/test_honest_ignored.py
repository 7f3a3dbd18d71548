# without: passed
# with: passed
# tape: stock
import pytest

from shop import stock


@pytest.mark.contracts(ignore=["TC404"], reason="this test records on purpose, in every run")
@pytest.mark.vcr(record_mode="new_episodes")
def test_what_there_is():
    assert "rose" in stock.in_stock()
