# without: passed
# with test_no_home: TC505
# with test_with_home: passed
# says with: SHOP_TEST_HOME
import os

import pytest


@pytest.fixture(scope="module", autouse=True)
def home():
    os.environ["SHOP_TEST_HOME"] = "here"
    yield
    os.environ.pop("SHOP_TEST_HOME", None)


def test_no_home():
    del os.environ["SHOP_TEST_HOME"]
    assert "SHOP_TEST_HOME" not in os.environ


def test_with_home():
    assert True
