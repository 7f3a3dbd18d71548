# without: passed
# with: TC505
import time
import unittest
from unittest import mock


class WaitingTest(unittest.TestCase):
    def setUp(self):
        self.sleep = mock.patch("time.sleep", autospec=True).start()

    def test_waits(self):
        time.sleep(1000)
        self.sleep.assert_called_once_with(1000)

    @classmethod
    def tearDownClass(cls):
        mock.patch.stopall()
