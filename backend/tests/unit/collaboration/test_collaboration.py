from __future__ import annotations

import re

from backend.collaboration.collaboration import ID_PATTERN, UNFINISHED, Status
from backend.database.ids import new_id
from backend.tests.virtual_clock import VirtualClock


def test_ids_match_their_pattern(clock: VirtualClock) -> None:
    assert re.fullmatch(ID_PATTERN, new_id("col", clock.now()))


def test_all_others_have_ended() -> None:
    assert set(Status) - set(UNFINISHED) == {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}
