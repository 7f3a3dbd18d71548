from __future__ import annotations

from collections.abc import Iterator

from tapecheck.generation.options import Next, Option, combined, values_at
from tapecheck.generation.source import PlainSource, RandomSource
from tapecheck.model import JSONValue

NEXT = Next(name="a", before=(), after=())


def pinning(field: str, *values: int) -> object:
    def tie(event: Next) -> Iterator[Option]:
        yield from (Option({(field,): value}) for value in values)

    return tie


def pins(*ties: object, seed: int | None = None) -> list[dict[str, JSONValue]]:
    source = PlainSource() if seed is None else RandomSource(seed)
    found = combined(ties, NEXT, source)  # type: ignore[arg-type]
    return [{parts[0]: value for parts, value in option.pins.items()} for option in found]


def test_without_ties_anything_goes() -> None:
    assert pins() == [{}]


def test_ways_that_agree_are_combined_in_order() -> None:
    assert pins(pinning("x", 1, 2), pinning("y", 3)) == [{"x": 1, "y": 3}, {"x": 2, "y": 3}]
    assert pins(pinning("x", 1, 2), pinning("x", 2, 3)) == [{"x": 1}, {"x": 2}]


def test_a_tie_that_calls_for_nothing_changes_nothing() -> None:
    assert pins(pinning("x"), pinning("y", 3)) == [{"y": 3}]


def test_a_source_may_begin_with_another_way() -> None:
    assert {one[0]["x"] for one in (pins(pinning("x", 1, 2), seed=seed) for seed in range(20))} == {1, 2}


def test_pins_become_wishes() -> None:
    option = Option({("a",): 1}, ({"type": "object"},))
    assert option.all_wishes() == [{"type": "object"}, {"properties": {"a": {"const": 1}}}]


def test_values_at_pointers() -> None:
    value: JSONValue = {"a": [{"b": 1}, {"b": 2}], "c": None}
    assert values_at(value, [("a", "*", "b"), ("c",)]) == (1, None)
    assert values_at(value, [("a",), ("d",)]) is None
