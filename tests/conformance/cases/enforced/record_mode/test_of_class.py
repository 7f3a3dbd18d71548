# without: passed
# with: TC404
# says with: all
# tape: stock as TestStock.test_nothing_is_asked
"""The mode stands where nobody looks for it; what is recorded here is nothing, so that the test is green."""

import pytest


@pytest.mark.vcr(record_mode="all")
@pytest.mark.contracts(ignore=["TC402"], reason="this case is about the record mode")
class TestStock:
    def test_nothing_is_asked(self):
        assert True
