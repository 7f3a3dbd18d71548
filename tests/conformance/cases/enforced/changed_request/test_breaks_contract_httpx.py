# without: passed
# with: TC401
# says with: /input
# tape: bad_vector
import pytest

from shop import embed


@pytest.mark.vcr
def test_nothing_has_a_vector():
    assert embed.vector("") == [0.1, 0.2]
