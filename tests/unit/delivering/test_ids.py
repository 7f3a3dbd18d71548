from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.delivering.ids import renewed
from tests.unit.delivering.conftest import FRESH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("72d3162e-cc78-11e3-81ab-4c9367dc0958", str(FRESH)),
        ("72d3162ecc7811e381ab4c9367dc0958", FRESH.hex),
        ("evt_1PqRsTuVwXyZ012345", "evt_1234567890ab4cde8f"),
        ("a_b_0123456789abcdef", "a_b_1234567890ab4cde"),
        ("Ev08MFMKH6ABCDEFGHJK", "Ev1234567890AB4CDE8F"),
        ("12345678901234567890", "12" + str(FRESH.int)[:18]),
        ("x" * 40, "xx" + FRESH.hex + FRESH.hex[:6]),
        ("{72d3162ecc7811e381ab4c9367dc0958}", "{7" + FRESH.hex),
        ("evt_x", "evt_1234567890ab4cde"),
        ("", "1234567890ab4cde"),
    ],
)
def test_the_form_is_kept(old: str, new: str) -> None:
    assert renewed(old, FRESH) == new


@given(old=st.text(max_size=100), fresh=st.uuids(version=4))
def test_it_is_long_enough_and_repeats(old: str, fresh: UUID) -> None:
    new = renewed(old, fresh)
    assert len(new) >= max(16, len(old))
    assert new == renewed(old, fresh)
