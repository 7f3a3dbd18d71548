from __future__ import annotations

import pytest

from backend.webhooks.source import Source, event_of, header, id_of, value_at

SOURCE = Source(scheme="generic", events=("x-event", "/meta/event"), ids=("/meta/id", "/id"))


def test_the_first_place_with_a_name_counts() -> None:
    document = {"meta": {"event": "from the body"}}
    assert event_of(SOURCE, [("x-event", "from a header")], document) == "from a header"
    assert event_of(SOURCE, [("x-event", "")], document) == "from the body"
    assert event_of(SOURCE, [], {}) is None


@pytest.mark.parametrize("name", [1, None, True, [], "", "a\0b", "line\nbreak", "\ud800", "x" * 256])
def test_a_name_that_cannot_be_stored_is_none(name: object) -> None:
    assert event_of(SOURCE, [], {"meta": {"event": name}}) is None


@pytest.mark.parametrize("name", ["größe.geändert", "x" * 255, " "])
def test_any_other_is_one(name: str) -> None:
    assert event_of(SOURCE, [], {"meta": {"event": name}}) == name


@pytest.mark.parametrize("unfit", [1, None, {}, "", "ä", "a\0b", "x" * 1025])
def test_the_first_place_with_an_id_counts(unfit: object) -> None:
    assert id_of(SOURCE, {"meta": {"id": unfit}, "id": "evt.1"}) == "evt.1"
    assert id_of(SOURCE, {"meta": {"id": "x" * 1024}, "id": "evt.1"}) == "x" * 1024


@pytest.mark.parametrize("document", [{}, [], None, "meta", {"meta": "id"}, {"meta": [{"id": "a"}]}])
def test_what_is_not_there_is_nothing(document: object) -> None:
    assert value_at(document, "/meta/id") is None


def test_of_several_headers_the_first_counts() -> None:
    assert header([("a", "1"), ("b", "2"), ("b", "3")], "b") == "2"
