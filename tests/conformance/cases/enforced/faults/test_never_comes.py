# without: passed
# with: failed
# says with: read-timeout
"""No request is sent, so nothing goes wrong, and the test proves nothing."""

import pytest

from shop import prices


@pytest.mark.fault("read-timeout")
def test_a_time_out_is_got_over():
    assert prices.total(["rose"]) == 3
