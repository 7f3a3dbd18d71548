# without: passed
# with: TC402
# tape: stock
"""The test asks nobody any more."""

import pytest


@pytest.mark.vcr
def test_what_there_is():
    assert "rose" in ["rose", "tulip"]
