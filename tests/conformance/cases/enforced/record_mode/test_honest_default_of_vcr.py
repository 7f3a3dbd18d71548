# without: passed
# with: passed
# tape: stock as stock
"""vcrpy's own default is `once`, which records nothing where there is a tape."""

from pathlib import Path

import vcr

from shop import stock


def test_what_there_is():
    with vcr.use_cassette(str(Path(__file__).parent / "cassettes" / "test_honest_default_of_vcr" / "stock.yaml")):
        assert "rose" in stock.in_stock()
