"""The shape of a body, and how two of them differ."""

from __future__ import annotations

import pytest

from tapecheck.checking.payload import Document, EventStream, Malformed, Nothing, Payload, StreamedEvent, Words
from tapecheck.model import JSONValue
from tapecheck.recording.shape import differences, shape


def told(before: JSONValue, after: JSONValue) -> list[str]:
    return list(differences(shape(Document(value=before)), shape(Document(value=after))))


def event(name: str | None, value: JSONValue) -> StreamedEvent:
    return StreamedEvent(index=0, name=name, label=None, value=value, line=0, fault=None, complete=True)


def test_every_place_has_its_types() -> None:
    value: JSONValue = {"a": [1, "b", {"c/d": None}], "e": True, "f": 1.5}
    assert shape(Document(value=value)) == {
        (None, ""): {"object"},
        (None, "/a"): {"array"},
        (None, "/a/*"): {"integer", "string", "object"},
        (None, "/a/*/c~1d"): {"null"},
        (None, "/e"): {"boolean"},
        (None, "/f"): {"number"},
    }


def test_events_are_told_apart() -> None:
    events = (event("delta", {"a": 1}), event("delta", {"a": "b"}), event(None, 1))
    assert shape(EventStream(events=events, closed=True)) == {
        ("delta", ""): {"object"},
        ("delta", "/a"): {"integer", "string"},
        ("without a name", ""): {"integer"},
    }


@pytest.mark.parametrize("payload", [Nothing(), Words()])
def test_what_is_no_json_has_no_shape(payload: Payload) -> None:
    assert shape(payload) == {}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"a": 1}, {"a": 2}, []),
        ({"a": [1, 2]}, {"a": [3]}, []),
        ({}, {"a": 1}, ["/a is new (integer)"]),
        ({"a": None}, {}, ["/a is gone (null)"]),
        ({"a": 1}, {"a": "1"}, ["/a is string, was integer"]),
        ({"a": [1]}, {"a": [1, None]}, ["/a/* is integer or null, was integer"]),
        ({}, {"a": {"b": [{"c": 1}]}}, ["/a is new (object)"]),
        ({"a": {"b": 1}, "c": 1}, {"d": 1}, ["/a is gone (object)", "/c is gone (integer)", "/d is new (integer)"]),
        ([], {}, ["the body is object, was array"]),
        ({"": 1}, {}, ["/ is gone (integer)"]),
    ],
)
def test_documents_differ_in_words(before: JSONValue, after: JSONValue, words: list[str]) -> None:
    assert told(before, after) == words


def test_bodies_come_and_go() -> None:
    document = shape(Document(value={"a": 1}))
    assert list(differences({}, document)) == ["the body is new (object)"]
    assert list(differences(document, shape(Malformed(reason="odd")))) == [
        "the body is malformed, was object",
        "/a is gone (integer)",
    ]


def test_events_come_and_go() -> None:
    before = shape(EventStream(events=(event("a", {"x": 1}),), closed=True))
    after = shape(EventStream(events=(event("a", {"y": 1}), event("b", {"z": 1})), closed=True))
    assert list(differences(before, after)) == [
        "the event a, /x, is gone (integer)",
        "the event a, /y, is new (integer)",
        "the event b is new (object)",
    ]
