from __future__ import annotations

import pytest

from tapecheck.errors import FaultError
from tapecheck.faults import Fault, Reply, Shapes


def test_a_fault_of_streams_befalls_nothing_else(document: Reply, sse: Reply, shapes: Shapes) -> None:
    fault = Fault(name="stream-x", summary="", change=lambda reply, _: reply, streams=True)
    assert fault.befalls(sse)
    assert not fault.befalls(document)
    assert fault.apply(sse, shapes) is sse
    with pytest.raises(FaultError, match="'stream-x' befalls streams only"):
        fault.apply(document, shapes)


def test_other_faults_befall_both(document: Reply, sse: Reply) -> None:
    fault = Fault(name="x", summary="", change=lambda reply, _: reply)
    assert fault.befalls(document)
    assert fault.befalls(sse)
