from __future__ import annotations

from tapecheck.faults import Ending, Reply
from tapecheck.model import Headers


def test_the_body_is_its_pieces() -> None:
    assert Reply(status=200, pieces=(b"a", b"b")).body == b"ab"


def test_nothing_goes_wrong_by_default() -> None:
    reply = Reply(status=200)
    assert (reply.ending, reply.missing, reply.pause, reply.silent) == (Ending.DONE, 0, 0, False)


def test_a_header_takes_the_place_of_those_of_its_name() -> None:
    reply = Reply(status=200, headers=Headers((("A", "1"), ("b", "2"), ("a", "3")))).with_header("a", "4")
    assert tuple(reply.headers) == (("b", "2"), ("a", "4"))
