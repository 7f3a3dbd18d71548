# without: passed
# with: passed
# tape: two_orders as orders
"""One tape is open for all tests of the file, and they play it together."""

from pathlib import Path

import pytest
import vcr

from shop import stock


@pytest.fixture(scope="module", autouse=True)
def tape():
    with vcr.use_cassette(str(Path(__file__).parent / "cassettes" / "test_honest_module_fixture" / "orders.yaml")):
        yield


def test_roses():
    assert stock.order("rose", 12) == "order-1"


def test_nothing():
    pass


def test_tulips():
    assert stock.order("tulip", 6) == "order-2"
