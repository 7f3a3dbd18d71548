# without: passed
# with test_waits: TC505
# with test_after: passed
# says with: time.sleep
import time
from unittest import mock


def test_waits():
    sleep = mock.patch("time.sleep", autospec=True).start()
    time.sleep(1000)
    sleep.assert_called_once_with(1000)


def test_after():
    time.sleep(0)


def teardown_module():
    mock.patch.stopall()
