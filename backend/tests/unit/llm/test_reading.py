from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Discriminator, JsonValue, Tag

from backend.errors import UpstreamError
from backend.llm.reading import MAX_WORDS, Shape, failure_words, json_text, read, shortened

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Colour(StrEnum):
    RED = "red"


class Round(Shape):
    kind: str
    radius: float


class Other(Shape):
    kind: str


def _tag(value: object) -> str:
    return "round thing" if isinstance(value, dict) and value.get("kind") == "round" else "other thing"


Thing = Annotated[
    Annotated[Round, Tag("round thing")] | Annotated[Other, Tag("other thing")],
    Discriminator(_tag),
]


class Box(Shape):
    count: int
    colour: Colour = Colour.RED
    things: tuple[Thing, ...] = ()
    names: dict[str, str] | None = None


def detail(body: bytes | str) -> str:
    with pytest.raises(UpstreamError) as caught:
        read(Box, body, "Someone")
    return caught.value.detail


def test_what_is_expected_is_read() -> None:
    box = read(
        Box, b'{"count": 2, "colour": "red", "things": [{"kind": "round", "radius": 1.5}, {"kind": "flat"}]}', "S"
    )
    assert (box.count, box.colour) == (2, Colour.RED)
    assert box.things == (Round(kind="round", radius=1.5), Other(kind="flat"))


def test_text_is_read_like_bytes() -> None:
    assert read(Box, '{"count": 1}', "Someone") == read(Box, b'{"count": 1}', "Someone")


@given(others=st.dictionaries(st.text(), JSON, max_size=5))
def test_other_fields_are_passed_over(others: dict[str, JsonValue]) -> None:
    known = {"count": 7, "colour": "red", "things": [], "names": None}
    assert read(Box, json.dumps(others | known), "Someone") == Box(count=7)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("[]", "the top"),
        ("{}", "/count"),
        ('{"count": null}', "/count"),
        ('{"count": "1"}', "/count"),
        ('{"count": 1.0}', "/count"),
        ('{"count": true}', "/count"),
        ('{"count": 1, "colour": "blue"}', "/colour"),
        ('{"count": 1, "things": {}}', "/things"),
        ('{"count": 1, "things": [{"kind": "flat"}, 3]}', "/things/1"),
        ('{"count": 1, "things": [{"kind": "round"}]}', "/things/0/radius"),
        ('{"count": 1, "things": [{"kind": "round", "radius": 1e999}]}', "/things/0/radius"),
        ('{"count": 1, "names": {"a/b~c": 1}}', "/names/a~1b~0c"),
    ],
)
def test_another_shape_is_refused_by_its_pointer(body: str, pointer: str) -> None:
    assert f": at {pointer}: " in detail(body)


def test_the_first_of_several_faults_is_told() -> None:
    assert detail('{"colour": "blue"}') == (
        "Someone sent JSON of another shape than expected: at /count: Field required (and 1 more); try again"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html>",
        b'{"count": NaN}',
        b'{"count": 1, "more": NaN}',
        b'{"count": 1, "more": [-Infinity]}',
        b'{"count": 1, "more": "\xff"}',
        b'{"count": 1, "more": "\\ud800"}',
        b'{"count": 1} {"count": 1}',
        b'{"count": ' + b"1" * 5000 + b"}",
        b"[" * 100_000,
        b'{"more": ' * 5000 + b"1" + b"}" * 5000,
    ],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    assert detail(body).startswith("Someone sent what is not JSON: ")


@given(secret=st.text("xyz", min_size=12, max_size=30), place=st.sampled_from(["count", "colour", "things", "names"]))
def test_nothing_of_the_body_is_told(secret: str, place: str) -> None:
    assert secret not in detail(json.dumps({"count": 1, "more": secret} | {place: secret}))
    assert secret not in detail(f"{{{secret}")


def test_the_other_service_is_to_blame() -> None:
    with pytest.raises(UpstreamError) as caught:
        read(Box, "[]", "Someone")
    assert caught.value.status == 502
    assert caught.value.transient
    assert caught.value.blames_host
    assert caught.value.__cause__ is None


@given(value=JSON)
def test_a_value_becomes_json_again(value: JsonValue) -> None:
    assert json.loads(json_text(value, "Someone")) == value


def test_json_is_compact_and_readable() -> None:
    assert json_text({"port": "Århus", "at": [1, 2.5]}, "Someone") == '{"port":"Århus","at":[1,2.5]}'


def test_a_number_too_great_to_be_repeated_is_refused() -> None:
    with pytest.raises(UpstreamError, match="Someone sent a number that is too great"):
        json_text([1e999], "Someone")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "Overloaded", "code": 529}}', "Overloaded"),
        (b'[{"error": {"message": "Busy."}}, {"error": {"message": "Later."}}]', "Busy."),
        (b'{"error": {"message": "two\\n\\tlines\\u0007"}}', "two lines"),
        (b'{"error": {"message": ""}}', ""),
        (b'{"error": {"message": null}}', ""),
        (b'{"error": "Overloaded"}', ""),
        (b"[]", ""),
        (b"null", ""),
        (b"", ""),
        (b"<html>502 Bad Gateway</html>", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_a_failure_has_the_words_of_the_provider(body: bytes, words: str) -> None:
    assert failure_words(body) == words


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_failure_is_too_odd_to_be_read(body: bytes) -> None:
    assert isinstance(failure_words(body), str)


@given(words=st.text(max_size=3 * MAX_WORDS))
def test_words_are_short_and_on_one_line(words: str) -> None:
    short = shortened(words)
    assert len(short) <= MAX_WORDS
    assert short.isprintable()
    assert shortened(short) == short


def test_words_that_are_cut_say_so() -> None:
    assert shortened("w" * MAX_WORDS) == "w" * MAX_WORDS
    assert shortened("w" * (MAX_WORDS + 1)) == "w" * (MAX_WORDS - 1) + "…"
