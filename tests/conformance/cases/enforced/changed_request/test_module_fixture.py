# without: passed
# with test_roses: passed
# with test_tulips: TC401
# tape: two_orders as orders
"""One tape is open for all tests of the file; the test that sends another request is the one that fails."""

from pathlib import Path

import pytest
import vcr

from shop import stock


@pytest.fixture(scope="module", autouse=True)
def tape():
    with vcr.use_cassette(str(Path(__file__).parent / "cassettes" / "test_module_fixture" / "orders.yaml")):
        yield


def test_roses():
    assert stock.order("rose", 12) == "order-1"


def test_tulips():
    assert stock.order("tulip", 7) == "order-2"
