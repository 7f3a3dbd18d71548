from __future__ import annotations

from collections.abc import Sequence

import pytest

from tapecheck.delivering import Answer, Message, NoAnswer, attempts
from tapecheck.delivering.attempts import acknowledged
from tapecheck.model import Headers
from tests.unit.delivering.conftest import Time


def answer(status: int) -> Answer:
    return Answer(status=status, reason="", headers=Headers(), body=b"")


def outcome(results: Sequence[Answer | NoAnswer], delays: Sequence[float], time: Time) -> list[tuple[bool, object]]:
    """Deliver to a receiver that answers so; each attempt has a message of its own."""
    made: list[Message] = []
    left = iter(results)

    def make() -> Message:
        made.append(Message(headers=Headers((("n", str(len(made))),)), body=b""))
        return made[-1]

    def send(message: Message) -> Answer | NoAnswer:
        assert message is made[-1]
        time.seconds += 2
        return next(left)

    found = list(attempts(make, send, delays, time.clock))
    assert [one.number for one in found] == list(range(1, len(made) + 1))
    assert {one.seconds for one in found} == {2}
    return [(one.acknowledged, one.next_in) for one in found]


def test_one_that_is_acknowledged_is_the_last(virtual: Time) -> None:
    assert outcome([answer(200)], [5, 300], virtual) == [(True, None)]
    assert virtual.slept == []


def test_it_tries_again_after_the_delays(virtual: Time) -> None:
    results: list[Answer | NoAnswer] = [answer(500), NoAnswer(reason="refused"), answer(204)]
    assert outcome(results, [0, 300, 1800], virtual) == [(False, 0), (False, 300), (True, None)]
    assert virtual.slept == [0, 300]


def test_it_gives_up(virtual: Time) -> None:
    assert outcome([answer(410), answer(410)], [5], virtual) == [(False, 5), (False, None)]
    assert virtual.slept == [5]


@pytest.mark.parametrize(("status", "taken"), [(199, False), (200, True), (299, True), (302, False), (404, False)])
def test_which_answers_acknowledge(status: int, taken: bool) -> None:
    assert acknowledged(answer(status)) is taken
    assert not acknowledged(NoAnswer(reason=""))
