# without: passed
# with: TC505
# says with: SHOP_TOKEN
"""It is the code under test that changes the environment, in another thread."""

import os
import threading

import pytest


@pytest.fixture(scope="module", autouse=True)
def clean():
    yield
    os.environ.pop("SHOP_TOKEN", None)


def log_in():
    os.environ.setdefault("SHOP_TOKEN", "a token of a test")


def test_logs_in():
    thread = threading.Thread(target=log_in)
    thread.start()
    thread.join()
    assert "SHOP_TOKEN" in os.environ
