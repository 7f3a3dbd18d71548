from __future__ import annotations

import pytest

from tapecheck.checking.secrets.bodies import Texts
from tapecheck.checking.secrets.places import Place
from tapecheck.model import Body, Side

EVENTS, FORM = "text/event-stream", "application/x-www-form-urlencoded"


class Spy:
    """An edit that puts X for S, and keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Place]] = []

    def __call__(self, text: str, place: Place) -> str:
        self.seen.append((text, place))
        return text.replace("S", "X")


@pytest.mark.parametrize(
    ("content_type", "before", "after"),
    [
        ("application/json", '{"a":  1.0, "b": "some S\\/\\u00e4"}', '{"a":  1.0, "b": "some X/\\u00e4"}'),
        ("application/json", '{"a": "{\\"b\\": \\"some more S\\"}"}', '{"a": "{\\"b\\": \\"some more X\\"}"}'),
        ("application/json", '{"a long name S": 1}', '{"a long name X": 1}'),
        ("application/json", '{"broken: some S', '{"broken: some X'),
        (EVENTS, "event: a\r\ndata: some S\r\n\r\n: S\r\n", "event: a\r\ndata: some X\r\n\r\n: X\r\n"),
        (EVENTS, 'data:{"a": \ndata:"some long S"}\n\ndata', 'data:{"a": \ndata:"some long X"}\n\ndata'),
        (EVENTS, "data: the last S", "data: the last X"),
        (EVENTS, '{"error": "no stream S"}', '{"error": "no stream X"}'),
        (FORM, "a=1&b=some+S%2F&c", "a=1&b=some+X%2F&c"),
        (None, "a=1&b=S%2F", "a=1&b=X%2F"),
        ("application/x-ndjson", '{"a": "some text S"}\n{"a": 2}\n', '{"a": "some text X"}\n{"a": 2}\n'),
        ("text/plain", "some S\nand S", "some X\nand X"),
    ],
)
def test_only_what_is_edited_changes(content_type: str | None, before: str, after: str) -> None:
    texts = Texts(Spy())
    assert texts.body(Body(content=before.encode()), content_type, Side.REQUEST).content.decode() == after


@pytest.mark.parametrize("content", [b"", b'{"a":   "nothing to edit"}', b"\xff\xfe\x00"])
def test_a_body_without_an_edit_is_the_same(content: bytes) -> None:
    body = Body(content=content)
    assert Texts(Spy()).body(body, None, Side.REQUEST) is body


def test_bytes_that_are_no_text_stay_bytes() -> None:
    assert Texts(Spy()).body(Body(content=b"\xff S"), None, Side.REQUEST).content == b"\xff X"


def test_a_secret_of_several_lines_of_data_takes_their_fields_with_it() -> None:
    def edit(text: str, place: Place) -> str:
        return text.replace("S\nS\nS", "X")

    content = b"id: 1\ndata: S\ndata: S\ndata: S\n\ndata: S\ndata: S\ndata: S"
    after = Texts(edit).body(Body(content=content), EVENTS, Side.RESPONSE).content
    assert after == b"id: 1\ndata: X\n\ndata: X\n"


def test_places_in_a_stream() -> None:
    spy = Spy()
    content = b'event: a\ndata: {"n": 1}\n\ndata: {\ndata: "text": "some long text"}\n\n'
    Texts(spy).body(Body(content=content), EVENTS, Side.RESPONSE)
    text, place = spy.seen[-1]
    assert (text, place.event, place.path, place.line, place.name) == ("some long text", 1, ("text",), 4, "text")


def test_a_byte_order_mark_hides_no_field() -> None:
    spy = Spy()
    content = '\ufeffdata: {"text": "some long S"}\n\n'.encode()
    after = Texts(spy).body(Body(content=content), EVENTS, Side.RESPONSE).content
    assert spy.seen[0][1].path == ("text",)
    assert after == content.replace(b"S", b"X")


def test_places_in_lines_of_json() -> None:
    spy = Spy()
    Texts(spy).body(Body(content=b'{"a": 1}\n{"a": "some long text"}\n'), "application/x-ndjson", Side.RESPONSE)
    assert (spy.seen[0][1].line, spy.seen[0][1].path) == (1, ("a",))


def test_places_in_a_form() -> None:
    spy = Spy()
    Texts(spy).body(Body(content=b"user%5Bdoor%5D=some+text"), FORM, Side.REQUEST)
    assert (spy.seen[0][0], spy.seen[0][1].name) == ("some text", "user[door]")
    assert str(spy.seen[0][1]) == "the form field 'user[door]' of the request"


def test_what_a_contract_lists_is_told_with_all_below_it() -> None:
    spy = Spy()
    texts = Texts(spy, fields=(("tools", "*", "door"),))
    texts.body(Body(content=b'{"tools": [{"door": "a", "name": "long enough"}, {"door": ["b"]}]}'), None, Side.REQUEST)
    assert [(text, place.listed) for text, place in spy.seen] == [("a", True), ("long enough", False), ("b", True)]
