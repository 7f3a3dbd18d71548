from __future__ import annotations

from dataclasses import replace

import pytest

from tapecheck.faults import FAULTS, Ending, Needs, Reply, Shapes, Unreached


@pytest.mark.parametrize(("name", "ending"), [("reset-before-answer", Ending.RESET), ("read-timeout", Ending.HOLD)])
def test_nothing_comes(document: Reply, shapes: Shapes, name: str, ending: Ending) -> None:
    reply = FAULTS[name].apply(document, shapes)
    assert (reply.silent, reply.pieces, reply.ending) == (True, (), ending)


def test_only_the_headers_come(document: Reply, shapes: Shapes) -> None:
    reply = FAULTS["reset-before-body"].apply(document, shapes)
    assert (reply.pieces, reply.missing, reply.ending) == ((), len(document.body), Ending.RESET)
    assert not reply.silent


@pytest.mark.parametrize(
    ("name", "ending"),
    [("reset-mid-body", Ending.RESET), ("close-mid-body", Ending.CLOSE), ("stall-mid-body", Ending.HOLD)],
)
def test_half_of_the_body_comes(document: Reply, sse: Reply, shapes: Shapes, name: str, ending: Ending) -> None:
    for whole in (document, sse, replace(document, pieces=(b"1",))):
        reply = FAULTS[name].apply(whole, shapes)
        assert (reply.ending, reply.framing) == (ending, whole.framing)
        assert reply.body == whole.body[: len(whole.body) // 2]
        assert len(reply.body) + reply.missing == len(whole.body)


@pytest.mark.parametrize("size", [1, 2, 19, 20, 21, 10_000])
def test_drips_are_few_and_bounded(document: Reply, shapes: Shapes, size: int) -> None:
    reply = FAULTS["slow-drip"].apply(replace(document, pieces=(b"x" * size,)), shapes)
    assert reply.body == b"x" * size
    assert len(reply.pieces) <= 20
    assert 0 < reply.pause * 20 <= 10
    assert reply.ending is Ending.DONE


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("connect-refused", Unreached.REFUSED),
        ("connect-timeout", Unreached.TIMED_OUT),
        ("dns-failure", Unreached.UNRESOLVED),
        ("tls-failure", Unreached.UNTRUSTED),
    ],
)
def test_no_server_is_reached(document: Reply, shapes: Shapes, name: str, why: Unreached) -> None:
    fault = FAULTS[name]
    assert (fault.unreached, fault.needs) == (True, Needs.NOTHING)
    reply = fault.apply(document, shapes)
    assert (reply.unreached, reply.silent, reply.pieces) == (why, True, ())
    assert document.unreached is None


def test_all_other_faults_need_a_server() -> None:
    assert sum(fault.unreached for fault in FAULTS.values()) == len(Unreached)
