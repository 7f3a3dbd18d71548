from __future__ import annotations

import pytest

from tapecheck.checking.secrets.places import Place
from tapecheck.checking.secrets.redactor import Redactor
from tapecheck.checking.secrets.shapes import general_shapes
from tapecheck.model import Side


def place(name: str = "", *, listed: bool = False) -> Place:
    return Place(side=Side.REQUEST, part="the body", name=name, listed=listed)


def redacted(text: str, where: Place, *, thorough: bool = False) -> str:
    return Redactor(shapes=general_shapes(), thorough=thorough)(text, where)


def test_only_the_secret_goes(key: str, lot: str) -> None:
    assert redacted(f"It is {key}.", place()) == "It is REDACTED."
    assert redacted(f"Bearer {lot}", place()) == "Bearer REDACTED"
    assert redacted(f"https://me:{lot}@a.example", place()) == "https://me:REDACTED@a.example"
    assert redacted(f"API_KEY={lot}\nA=1", place()) == "API_KEY=REDACTED\nA=1"


def test_a_scheme_stays(lot: str) -> None:
    assert redacted(f"Token {lot}", place("authorization")) == "Token REDACTED"


def test_cookies_keep_their_names_and_attributes(lot: str) -> None:
    text = f"theme=dark; sid={lot}; Path=/; Domain={lot}.example"
    assert redacted(text, place("set-cookie")) == f"theme=dark; sid=REDACTED; Path=/; Domain={lot}.example"


def test_the_second_of_two_joined_cookies_is_seen(lot: str) -> None:
    assert redacted(f"a=b; Path=/, sid={lot}", place("Set-Cookie")) == "a=b; Path=/, sid=REDACTED"


@pytest.mark.parametrize("name", ["__cf_bm", "_cfuvid"])
def test_a_cookie_of_a_proxy_opens_nothing(lot: str, name: str) -> None:
    assert redacted(f"{name}={lot}; Path=/", place("set-cookie")) == f"{name}={lot}; Path=/"


def test_what_is_listed_goes_as_a_whole_only_if_it_is_to_be_thorough() -> None:
    assert redacted("Bearer abc", place("door", listed=True)) == "Bearer abc"
    assert redacted("Bearer abc", place("door", listed=True), thorough=True) == "Bearer REDACTED"
    assert redacted("  ", place("door", listed=True), thorough=True) == "  "
    assert redacted("Bearer abc", place("door"), thorough=True) == "Bearer abc"


@pytest.mark.parametrize("text", ["", "a word", "max_tokens=1000000000000000000", "monkey=9K2m3Lq8Zt5x9K2m3Lq8"])
def test_the_rest_stays(text: str) -> None:
    assert redacted(text, place()) == text


def test_it_keeps_what_it_found(key: str) -> None:
    redactor = Redactor(shapes=general_shapes())
    redactor(f"one\ntwo {key}", place())
    [leak] = redactor.leaks
    assert (leak.what, leak.secret, leak.place.line) == ("a secret key", key, 1)
