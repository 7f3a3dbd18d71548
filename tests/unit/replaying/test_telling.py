from __future__ import annotations

from tapecheck.checking.problem import Problem
from tapecheck.model import Code, Side
from tapecheck.replaying.differences import Absent, Difference
from tapecheck.replaying.telling import lines_of_differences, lines_of_problems


def test_nothing_to_tell() -> None:
    assert not list(lines_of_differences([]))
    assert not list(lines_of_problems([]))


def test_differences() -> None:
    found = [
        Difference(place="/a", on_tape="x", sent=None),
        Difference(place="", on_tape=Absent.ABSENT, sent="text"),
    ]
    assert list(lines_of_differences(found)) == [
        "the request that was sent is not the one on tape:",
        '  /a: on tape "x", sent null',
        '  the body: on tape nothing, sent "text"',
    ]


def test_a_long_text_is_shown_where_it_begins_to_differ() -> None:
    on_tape, sent = "a" * 500 + "tape" + "b" * 500, "a" * 500 + "sent" + "b" * 500
    [_, line] = lines_of_differences([Difference(place="/a", on_tape=on_tape, sent=sent)])
    assert "tapeb" in line
    assert "sentb" in line
    assert len(line) < 160


def test_an_end_that_is_cut_off_is_shown() -> None:
    [_, line] = lines_of_differences([Difference(place="/a", on_tape="a" * 500 + "end", sent="a" * 500)])
    assert 'end"' in line


def test_no_more_than_ten() -> None:
    found = [Difference(place=f"/{n}", on_tape=n, sent=-1) for n in range(13)]
    told = list(lines_of_differences(found))
    assert len(told) == 12
    assert told[-1] == "  and 3 more"


def test_problems() -> None:
    problem = Problem(
        code=Code.REQUEST_BODY, message="got 1", side=Side.REQUEST, line=1, instance_path="/a", hint="Did you mean 2?"
    )
    assert list(lines_of_problems([problem])) == [
        "the request that was sent breaks the contract:",
        "  /a: got 1 (Did you mean 2?)",
    ]
