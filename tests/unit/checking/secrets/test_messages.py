from __future__ import annotations

import pytest

from tapecheck.checking.secrets.bodies import Texts
from tapecheck.checking.secrets.messages import edit_interaction, edit_uri, header_place
from tapecheck.checking.secrets.places import Place
from tapecheck.contracts import Secrets
from tapecheck.model import Body, Headers, Interaction, Request, Response, Side


def edit(text: str, place: Place) -> str:
    return "[listed]" if place.listed else text.replace("S", "X/")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://a.example/v1/S?a=1&b=S#c=S&S", "https://a.example/v1/X/?a=1&b=X%2F#c=X%2F&X%2F"),
        ("https://a.example/p%C3%A4th/a%53", "https://a.example/p%C3%A4th/aX/"),
        ("https://a.example/?a=%7B%22b%22%3A1%7D&&=&c", "https://a.example/?a=%7B%22b%22%3A1%7D&&=&c"),
        ("https://a.example?DOOR=1&a=door", "https://a.example?DOOR=%5Blisted%5D&a=door"),
        ("https://[half/S", "https://[half/X/"),
        ("", ""),
    ],
)
def test_uris(before: str, after: str) -> None:
    assert edit_uri(before, Texts(edit), frozenset({"door"})) == after


def test_all_of_an_interaction() -> None:
    interaction = Interaction(
        index=0,
        line=1,
        request=Request(
            method="POST",
            uri="https://a.example/S",
            headers=Headers((("Door", "1"), ("a", "S"))),
            body=Body(content=b"S"),
        ),
        response=Response(status=200, reason="S", headers=Headers((("b", "S"),)), body=Body(content=b'{"in": "S"}')),
    )
    listed = Secrets(headers=frozenset({"door"}), fields=(("in",),))
    edited = edit_interaction(interaction, edit, listed)
    assert edited.request == Request(
        method="POST",
        uri="https://a.example/X/",
        headers=Headers((("Door", "[listed]"), ("a", "X/"))),
        body=Body(content=b"X/"),
    )
    assert edited.response.headers == Headers((("b", "X/"),))
    assert edited.response.body.content == b'{"in": "[listed]"}'
    assert edited.response.reason == "S"


def test_the_place_of_a_header() -> None:
    place = header_place("X-Door", Side.RESPONSE, frozenset({"x-door"}))
    assert (str(place), place.name, place.listed) == ("the header 'X-Door' of the response", "X-Door", True)
