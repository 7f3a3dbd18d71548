from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import UpstreamError
from backend.outgoing.content import CHARSETS, Content, ContentType, parse_content_type, read_content

JSON = ContentType(name="application/json", charset="utf-8")
FINITE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(FINITE, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def text_in(charset: str) -> ContentType:
    return ContentType(name="text/plain", charset=charset)


@pytest.mark.parametrize(
    "header",
    [
        "application/json",
        "APPLICATION/JSON; charset=UTF-8",
        "application/problem+json",
        "application/vnd.api+json;v=1",
        "text/json",
        "application/json; charset=punycode",
    ],
)
def test_json_is_told_by_its_type(header: str) -> None:
    assert parse_content_type(header).is_json


@pytest.mark.parametrize(
    ("header", "name", "charset"),
    [
        (None, "", "utf-8"),
        ("", "", "utf-8"),
        ("text/html", "text/html", "utf-8"),
        ('Text/HTML; Charset="ISO-8859-1"', "text/html", "iso-8859-1"),
        ("application/xml;charset=utf-16", "application/xml", "utf-16"),
        ("image/svg+xml", "image/svg+xml", "utf-8"),
        ("application/openapi+yaml", "application/openapi+yaml", "utf-8"),
        ("application/x-ndjson", "application/x-ndjson", "utf-8"),
        ("text/plain; format=flowed; charset=koi8-r", "text/plain", "koi8-r"),
    ],
)
def test_text_is_told_by_its_type(header: str | None, name: str, charset: str) -> None:
    kind = parse_content_type(header)
    assert (kind, kind.is_json) == (ContentType(name=name, charset=charset), False)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("image/png", "only JSON and text"),
        ("application/octet-stream", "only JSON and text"),
        ("application/pdf", "only JSON and text"),
        ("video/mp4", "only JSON and text"),
        ("json", "only JSON and text"),
        ("text/plain; charset=punycode", "its charset is 'punycode'"),
        ("text/plain; charset=zip", "its charset is 'zip'"),
        ("text/plain; charset=unicode_escape", "its charset is"),
        (f"x/{'y' * 5000}", "only JSON and text"),
    ],
)
def test_types_that_are_not_read(header: str, reason: str) -> None:
    with pytest.raises(UpstreamError, match=reason) as caught:
        parse_content_type(header)
    assert (caught.value.transient, caught.value.blames_host) == (False, False)
    assert len(caught.value.detail) < 300


@pytest.mark.parametrize("charset", sorted(CHARSETS))
def test_every_charset_is_one_of_python(charset: str) -> None:
    assert read_content("text".encode(charset), text_in(charset)) == Content(text="text")


@given(document=DOCUMENTS)
def test_json_is_read(document: object) -> None:
    body = json.dumps(document).encode()
    for each in (body, codecs.BOM_UTF8 + body):
        content = read_content(each, JSON)
        assert (content.data, content.text) == (document, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b'{"a": 1',
        b'{"a": 1}}',
        b"{'a': 1}",
        b"[1,]",
        b"NaN",
        b"[-Infinity]",
        b"[1e999]",
        b'{"a": {"b": -1e999}}',
        b'"\\ud800"',
        b'"\xff"',
        "{}".encode("utf-16"),
        b"[" * 300 + b"]" * 300,
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(UpstreamError, match="JSON is not valid") as caught:
        read_content(body, JSON)
    assert (caught.value.transient, caught.value.blames_host) == (True, False)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb18030"])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_is_read(charset: str, text: str) -> None:
    assert read_content(text.encode(charset), text_in(charset)) == Content(text=text)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"\xff", "utf-8"),
        (b"caf\xe9", "us-ascii"),
        ("text".encode("utf-16")[:-1], "utf-16"),
        (b"\xed\xa0\x80", "utf-8"),
        (b"\x89PNG\r\n\x1a\n", "iso-8859-1"),
        (b"a\x00b", "utf-8"),
    ],
)
def test_what_is_no_text(body: bytes, charset: str) -> None:
    with pytest.raises(UpstreamError, match="is not") as caught:
        read_content(body, text_in(charset))
    assert (caught.value.transient, caught.value.blames_host) == (False, False)


def test_escapes_of_a_terminal_are_text() -> None:
    assert read_content(b"\x1b[31mred", text_in("utf-8")) == Content(text="\x1b[31mred")


@given(body=st.binary(), charset=st.sampled_from(sorted(CHARSETS)))
def test_any_bytes_are_text_that_can_be_sent_on_or_refused(body: bytes, charset: str) -> None:
    try:
        content = read_content(body, text_in(charset))
    except UpstreamError:
        return
    assert content.text is not None
    content.text.encode()
