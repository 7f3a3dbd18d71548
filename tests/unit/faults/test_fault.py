from __future__ import annotations

from dataclasses import replace

import pytest

from tapecheck.errors import FaultError
from tapecheck.faults import Fault, Needs, Reply, Shapes


def fault(needs: Needs) -> Fault:
    return Fault(name="x", summary="", change=lambda reply, _: replace(reply, status=418), needs=needs)


def test_a_fault_of_streams_befalls_nothing_else(document: Reply, sse: Reply, shapes: Shapes) -> None:
    ours = fault(Needs.STREAM)
    assert ours.streams
    assert ours.befalls(sse)
    assert not ours.befalls(document)
    assert ours.apply(sse, shapes).status == 418
    with pytest.raises(FaultError, match="'x' befalls streams only"):
        ours.apply(document, shapes)


def test_a_fault_of_bodies_befalls_streams_as_well_but_nothing_empty(
    document: Reply, sse: Reply, shapes: Shapes
) -> None:
    ours = fault(Needs.BODY)
    assert not ours.streams
    assert ours.befalls(document)
    assert ours.befalls(sse)
    for empty in (replace(document, pieces=()), replace(document, pieces=(b"",)), replace(sse, pieces=())):
        assert not ours.befalls(empty)
        with pytest.raises(FaultError, match="'x' befalls answers with a body only"):
            ours.apply(empty, shapes)


def test_some_faults_befall_anything(document: Reply, sse: Reply, shapes: Shapes) -> None:
    for reply in (document, sse, Reply(status=204)):
        assert fault(Needs.NOTHING).apply(reply, shapes).status == 418


def test_a_fault_that_nobody_can_notice_is_none(document: Reply, shapes: Shapes) -> None:
    with pytest.raises(FaultError, match="'x' changes nothing"):
        fault(Needs.BODY).apply(replace(document, status=418), shapes)
