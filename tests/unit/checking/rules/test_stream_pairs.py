from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.checking.conftest import Content

Told = Callable[..., list[tuple[str, int | None, str]]]

EVENTS = ("open", "piece", "close", "error")
PAIR = 'failures = ["error"]\n[[pairs]]\nopen = "open"\nclose = "close"\ninside = ["piece"]\n'


def events(text: str) -> list[Content]:
    """`open:0` stands for an event `open` with the key 0."""
    return [
        {"type": name, "index": int(index)} if index else {"type": name}
        for name, _, index in (word.partition(":") for word in text.split())
    ]


@pytest.mark.parametrize(
    "text",
    ["", "open:0 piece:0 close:0 open:0 close:0", "open:1 close:1 open:0 piece:0 piece:0 close:0", "open piece close"],
)
def test_pairs_that_open_and_close(streamed: Told, text: str) -> None:
    assert streamed(PAIR + 'key = "/index"', EVENTS, events(text)) == (
        [("TC108", None, "the stream is empty")] if not text else []
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open:0 open:0 close:0", [(1, "'open' opens what is open already (index 0)")]),
        ("open:0 open:1 close:1 close:0", [(1, "'open' opens (index 1) while another is open")]),
        ("open:0 close:0 close:0", [(2, "'close' closes what is not open (index 0)")]),
        ("open:0 close:1 close:0", [(1, "'close' closes what is not open (index 1)")]),
        ("piece:0 open:0 close:0 piece:0", [(0, "'piece' comes while no 'open' is open (index 0)"),
                                            (3, "'piece' comes while no 'open' is open (index 0)")]),
        ("open:0 piece:1 close:0", [(1, "'piece' comes while no 'open' is open (index 1)")]),
    ],
    ids=["twice", "interleaved", "closed twice", "closed another", "outside", "another"],
)  # fmt: skip
def test_pairs_that_do_not(streamed: Told, text: str, found: list[tuple[int, str]]) -> None:
    told = streamed(PAIR + 'key = "/index"', EVENTS, events(text))
    assert told == [("TC107", event, message) for event, message in found]


def test_pairs_may_be_interleaved(streamed: Told) -> None:
    settings = PAIR + 'key = "/index"\ninterleaved = true'
    assert streamed(settings, EVENTS, events("open:0 open:1 piece:0 piece:1 close:0 piece:1 close:1")) == []
    told = streamed(settings, EVENTS, events("open:0 open:1 close:0 piece:0 close:1"))
    assert told == [("TC107", 3, "'piece' comes while no 'open' is open (index 0)")]


def test_a_pair_that_never_closes(streamed: Told) -> None:
    settings = PAIR + 'key = "/index"\ninterleaved = true'
    assert streamed(settings, EVENTS, events("open:0 open:1 close:0")) == [
        ("TC108", 1, "'open' is never closed by 'close' (index 1)")
    ]
    assert streamed(settings, EVENTS, events("open:0 error")) == [], "a stream that failed owes nothing"
    told = streamed('order = "open piece close"\n' + settings, EVENTS, events("open:0 piece:0"))
    assert [code for code, _, _ in told] == ["TC108"], "a stream that was cut is told as such, once"
    assert "still to come" in told[0][2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open:1 close:1 open:2 close:2", []),
        ("open:0 close:0 open:1 close:1", [(0, "'open' opens (index 0), expected 1, as they count up")]),
        ("open:1 close:1 open:3 close:3 open:4 close:4", [(2, "'open' opens (index 3), expected 2, as they count up")]),
    ],
)
def test_pairs_may_count_up(streamed: Told, text: str, found: list[tuple[int, str]]) -> None:
    told = streamed(PAIR + 'key = "/index"\nfrom = 1', EVENTS, events(text))
    assert told == [("TC107", event, message) for event, message in found]


def test_a_number_that_is_none_does_not_stop_the_count(streamed: Told) -> None:
    opened: list[Content] = [{"type": name, "index": index} for index in ("x", 2) for name in ("open", "close")]
    told = streamed(PAIR + 'key = "/index"\nfrom = 1', EVENTS, opened)
    assert told == [("TC107", 0, "'open' opens (index 'x'), expected 1, as they count up")]


def test_a_key_may_have_parts_or_none(streamed: Told) -> None:
    both = PAIR + 'key = ["/item", "/index"]\n'
    opened: list[Content] = [
        {"type": name, "item": item, "index": 0} for item in ("a", "b") for name in ("open", "piece", "close")
    ]
    assert streamed(both, EVENTS, opened) == []
    assert streamed(both, EVENTS, opened[:4]) == [("TC108", 3, "'open' is never closed by 'close' (item 'b', index 0)")]
    assert streamed(PAIR + "key = []\nfrom = 0", EVENTS, events("open piece close open open close")) == [
        ("TC107", 4, "'open' opens what is open already")
    ]


def test_kinds_of_pairs_are_held_apart(streamed: Told) -> None:
    settings = (
        '[[pairs]]\nopen = "open"\nclose = "close"\nkey = "/index"\n'
        '[[pairs]]\nopen = "piece"\nclose = "close"\nkey = "/index"\n'
    )
    assert streamed(settings, EVENTS, events("open:0 piece:0 close:0")) == []
