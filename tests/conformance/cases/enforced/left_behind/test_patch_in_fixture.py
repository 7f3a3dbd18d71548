# without: passed
# with: TC505
import time
from unittest import mock

import pytest


@pytest.fixture
def sleep():
    return mock.patch("time.sleep", autospec=True).start()


def test_waits(sleep):
    time.sleep(1000)
    assert sleep.called


def teardown_module():
    mock.patch.stopall()
