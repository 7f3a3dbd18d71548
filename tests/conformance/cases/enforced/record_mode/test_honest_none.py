# without: passed
# with: passed
# tape: stock as test_what_there_is
import pytest

from shop import stock


@pytest.fixture(scope="module")
def vcr_config():
    return {"record_mode": "none", "filter_headers": ["authorization"]}


@pytest.mark.vcr
def test_what_there_is():
    assert "rose" in stock.in_stock()


@pytest.mark.vcr(record_mode="none")
@pytest.mark.default_cassette("test_what_there_is")
def test_what_there_is_again():
    assert "rose" in stock.in_stock()
