# without: passed
# with: TC504
# says with: sleep
"""The code no longer waits, and the test does not notice."""

from unittest import mock

from shop import prices


def test_the_total():
    with mock.patch("time.sleep", autospec=True):
        assert prices.total(["rose"]) == 3
