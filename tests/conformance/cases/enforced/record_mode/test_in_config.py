# without: passed
# with: TC404
# says with: new_episodes
# tape: stock
import pytest

from shop import stock


@pytest.fixture
def vcr_config():
    return {"record_mode": "new_episodes"}


@pytest.mark.vcr
def test_what_there_is():
    assert "rose" in stock.in_stock()
