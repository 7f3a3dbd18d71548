from __future__ import annotations

from tapecheck.checking.secrets.places import Leak, Place
from tapecheck.model import Side

BODY = Place(side=Side.RESPONSE, part="the body", line=4)


def test_a_line_further_down() -> None:
    assert BODY.at("a\nb\nc", 4).line == 6
    assert BODY.below(("a",), 5, listed=False).at("a\nb", 3).line == 5


def test_the_name_is_that_of_the_nearest_member() -> None:
    names = [BODY.below(path, 0, listed=False).name for path in [("a",), ("a", 0), ("a", "value"), ("value",), (0,)]]
    assert names == ["a", "a", "a", "value", ""]


def test_a_string_in_an_array_has_the_name_above_it() -> None:
    assert Place(side=Side.REQUEST, part="the form field 'a'", name="a").below((0,), 0, listed=False).name == "a"


def test_json_in_strings() -> None:
    inner = BODY.below(("a", 0), 0, listed=True).below(("b",), 0, listed=False).below(("c",), 0, listed=False)
    assert (inner.path, inner.inner, inner.listed) == (("a", 0), "/b/c", True)
    assert str(inner) == "the body of the response, in a string that holds JSON, at /b/c"


def test_four_characters_are_shown_of_what_is_long() -> None:
    assert Leak(what="a key", secret="0123456789abcdef", place=BODY).beginning == "0123…"
    assert Leak(what="a key", secret="0123456789abcde", place=BODY).beginning == "…"
