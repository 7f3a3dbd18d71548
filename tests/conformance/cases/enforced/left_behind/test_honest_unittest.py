# without: passed
# with: passed
import os
import time
import unittest
from unittest import mock


def setUpModule():
    os.environ["SHOP_MODULE"] = "1"


def tearDownModule():
    del os.environ["SHOP_MODULE"]


class WaitingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.patcher = mock.patch("time.monotonic", autospec=True, return_value=1.0)
        cls.clock = cls.patcher.start()
        os.environ["SHOP_CLASS"] = "1"

    @classmethod
    def tearDownClass(cls):
        cls.patcher.stop()
        del os.environ["SHOP_CLASS"]

    def setUp(self):
        patcher = mock.patch("time.sleep", autospec=True)
        self.sleep = patcher.start()
        self.addCleanup(patcher.stop)
        os.environ["SHOP_SETUP"] = "1"

    def tearDown(self):
        os.environ.pop("SHOP_SETUP")

    def test_waits(self):
        time.sleep(1000)
        self.sleep.assert_called_once_with(1000)

    def test_tells_the_time(self):
        self.assertEqual(time.monotonic(), 1.0)
