# without: passed
# with: TC404
# says with: new_episodes
# tape: stock as stock
from pathlib import Path

import vcr

from shop import stock


def test_what_there_is():
    tape = Path(__file__).parent / "cassettes" / "test_plain_vcr" / "stock.yaml"
    with vcr.use_cassette(str(tape), record_mode="new_episodes"):
        assert "rose" in stock.in_stock()
