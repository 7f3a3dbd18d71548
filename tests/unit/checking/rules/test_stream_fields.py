from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.model import JSONValue
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

Told = Callable[..., list[tuple[str, int | None, str]]]


def pieces(*values: JSONValue, field: str = "n") -> list[Content]:
    """Events with these values of a field; `...` stands for none."""
    return [{"type": "piece"} if value == "absent" else {"type": "piece", field: value} for value in values]


def test_a_constant_field_stays_the_same(streamed: Told) -> None:
    assert streamed('constant = ["/n"]', ["piece"], pieces(1, "absent", 1, 1)) == []
    assert streamed('constant = ["/n"]', ["piece"], pieces("absent", 1, 1, 2, 3)) == [
        ("TC107", 3, "got 2, the stream began with 1, and the field stays the same")
    ]
    assert streamed('constant = ["/n"]', ["piece"], pieces(None, 1)) == [
        ("TC107", 1, "got 1, the stream began with null, and the field stays the same")
    ]


def test_several_constants_are_held_apart(streamed: Told) -> None:
    events: list[Content] = [{"type": "piece", "a": 1, "b": 1}, {"type": "piece", "a": 2, "b": 2}]
    assert [message for _, _, message in streamed('constant = ["/a", "/b", "/c"]', ["piece"], events)] == [
        "got 2, the stream began with 1, and the field stays the same"
    ] * 2


def test_a_finding_says_which_field(watch: Callable[..., Weather]) -> None:
    body = sse(pieces({"a": [1]}, {"a": [1, 2]}))
    tape = exchanged(body, None, path="/watch", method="GET", answers="text/event-stream")
    (finding,) = watch('constant = ["/n/a/*"]', ["piece"]).findings(tape)
    assert (finding.instance_path, finding.line, finding.event) == ("/n/a/1", 32, 1)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((1, "absent", 2, 3), []),
        ((1, 3, 4), [(1, "got 3, expected 2, as the field counts up")]),
        ((2, 3), [(0, "got 2, expected 1, as the field counts up")]),
        ((1, 1, 2), [(1, "got 1, expected 2, as the field counts up")]),
        ((1, "x", 3), [(1, 'got "x", expected 2, as the field counts up')]),
    ],
    ids=["right", "skips", "begins late", "stays", "no number"],
)
def test_a_counter_counts_up(streamed: Told, values: tuple[JSONValue, ...], found: list[tuple[int, str]]) -> None:
    settings = 'count = [{ field = "/n", from = 1 }]'
    assert streamed(settings, ["piece"], pieces(*values)) == [("TC107", event, message) for event, message in found]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((1, 1, "absent", 2.5, 3), []),
        (
            (1, 3, 2, 1, 5),
            [(2, "got 2 after 3, and the field never falls"), (3, "got 1 after 2, and the field never falls")],
        ),
        ((3, None, "x", 2), [(3, "got 2 after 3, and the field never falls")]),
    ],
)
def test_a_total_never_falls(streamed: Told, values: tuple[JSONValue, ...], found: list[tuple[int, str]]) -> None:
    settings = 'grow = [{ field = "/n" }]'
    assert streamed(settings, ["piece"], pieces(*values)) == [("TC107", event, message) for event, message in found]


def test_some_events_let_a_total_fall(streamed: Told) -> None:
    settings = 'grow = [{ field = "/n", reset = ["again"] }]'
    events: list[Content] = [{"type": "piece", "n": 5}, {"type": "again", "n": 1}, {"type": "piece", "n": 2}]
    assert streamed(settings, ["piece", "again"], events) == []
    assert streamed('grow = [{ field = "/n" }]', ["piece", "again"], events) == [
        ("TC107", 1, "got 1 after 5, and the field never falls")
    ]


TOGETHER = 'together = ["/n"]\nfailures = ["error"]\ndone = "[DONE]"'


@pytest.mark.parametrize(
    ("events", "missing"),
    [
        (pieces(1, None, "x"), []),
        (pieces("absent", "absent"), []),
        (pieces(1, "absent", 2, "absent"), [1, 3]),
        ([*pieces(1, 2), {"type": "error"}, b"[DONE]"], []),
    ],
    ids=["in all", "in none", "in some", "failure and marker aside"],
)
def test_a_field_is_in_all_events_or_in_none(streamed: Told, events: list[Content], missing: list[int]) -> None:
    message = "/n is missing, which other events of the stream have"
    assert streamed(TOGETHER, ["piece", "error"], events) == [("TC107", event, message) for event in missing]
