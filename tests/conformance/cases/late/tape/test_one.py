# without: passed
# with: passed
import pytest

from shop import stock


@pytest.fixture(scope="module")
def vcr_cassette_dir(request):
    return str(request.path.parent / "cassettes" / "test_other")


@pytest.mark.vcr
@pytest.mark.default_cassette("orders")
def test_roses():
    assert stock.order("rose", 12) == "order-1"
