from __future__ import annotations

from tapecheck.generation.memory import Memory, Place
from tapecheck.generation.parts import Part


def test_a_question_is_asked_once() -> None:
    memory, answers = Memory(), iter(range(9))
    assert [memory.once("length", lambda: next(answers)) for _ in range(2)] == [0, 0]
    memory.set("length", 5)
    assert memory.once("length", lambda: next(answers)) == 5


def test_it_knows_what_was_asked() -> None:
    memory = Memory()
    assert not memory.knows("which")
    memory.once("which", lambda: 0)
    assert memory.knows("which")


def test_what_is_below_is_made_anew_when_more_holds_for_it() -> None:
    memory, values = Memory(), iter(range(9))
    one, other = Part.wish(0, {}), Part.wish(1, {})
    made = [memory.below("a", parts, lambda: next(values)) for parts in ([one], [one, other], [one])]
    assert made == [0, 1, 0]


def test_places_know_their_name_and_depth() -> None:
    place = Place().field("content", filled=True).item()
    assert (place.name, place.depth, place.filled) == ("content", 2, False)
