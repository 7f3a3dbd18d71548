# without: failed
# with: failed
# says with: JSONDecodeError
# tape: stock
"""The code cannot cope with half an answer, and the test shows it."""

import pytest

from shop import stock


@pytest.mark.vcr
@pytest.mark.fault("truncated-json")
def test_half_an_answer():
    with pytest.raises(ZeroDivisionError):
        stock.in_stock()
