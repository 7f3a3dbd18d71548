from __future__ import annotations

import re

import pytest

from tapecheck.errors import FaultError
from tapecheck.faults import FAULTS, Reply, Shapes, find_fault


def test_faults_are_found_by_their_names() -> None:
    assert all(find_fault(name) is fault and fault.name == name for name, fault in FAULTS.items())


@pytest.mark.parametrize("name", FAULTS)
def test_each_has_a_name_and_a_summary(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert re.fullmatch(r"[a-z1][^\n]{10,100}[^.\n]", FAULTS[name].summary)


@pytest.mark.parametrize("name", FAULTS)
def test_each_repeats_itself(name: str, sse: Reply, shapes: Shapes) -> None:
    assert FAULTS[name].apply(sse, shapes) == FAULTS[name].apply(sse, shapes)


def test_what_was_probably_meant_is_named() -> None:
    with pytest.raises(FaultError, match="there is no fault 'status-42'") as caught:
        find_fault("status-42")
    assert "status-422" in (caught.value.hint or "")
    with pytest.raises(FaultError) as caught:
        find_fault("???")
    assert "--list-faults" in (caught.value.hint or "")
