from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.cassettes.fields import Field
from tapecheck.cassettes.header_fields import headers
from tapecheck.errors import CassetteError

MULTIDICT = "!!python/object/{how}:multidict._multidict.CIMultiDict"
ISTR = "!!python/object/apply:multidict._multidict.istr"


def pairs(field: Field) -> list[tuple[str, str]]:
    return list(headers(field))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{A: [x, y], b: z}", [("A", "x"), ("A", "y"), ("b", "z")]),
        ("{A: []}", []),
        ("{A: null, B: [null]}", [("A", ""), ("B", "")]),
        ("{A: 1, B: [no, 2024-01-01]}", [("A", "1"), ("B", "no"), ("B", "2024-01-01")]),
        ("{A: [!!binary eA==]}", [("A", "x")]),
        ("[[A, x], [B, y]]", [("A", "x"), ("B", "y")]),
        ("null", []),
        ("{}", []),
        ("[]", []),
        (f"{{? {ISTR} [A] : [x]}}", [("A", "x")]),
        (f"{{A: {ISTR} [x]}}", [("A", "x")]),
    ],
)
def test_header_fields_are_read_from_every_shape(
    field: Callable[..., Field], text: str, expected: list[object]
) -> None:
    assert pairs(field(text)) == expected


@pytest.mark.parametrize("how", ["apply", "new"])
@pytest.mark.parametrize(
    "data",
    [
        "[[!!python/tuple [A, x], !!python/tuple [B, y]]]",
        f"[[[{ISTR} [A], x], [{ISTR} [B], y]]]",
        "{args: [[[A, x], [B, y]]]}",
        "{dictitems: {A: x, B: [y]}}",
        "[!!python/object/new:multidict.CIMultiDict [[[A, x], [B, y]]]]",
    ],
)
def test_a_multidict_is_the_data_it_was_made_from(field: Callable[..., Field], how: str, data: str) -> None:
    assert pairs(field(f"{MULTIDICT.format(how=how)} {data}")) == [("A", "x"), ("B", "y")]


@pytest.mark.parametrize("data", ["[]", "{}"])
def test_an_empty_multidict_has_no_fields(field: Callable[..., Field], data: str) -> None:
    assert pairs(field(f"{MULTIDICT.format(how='apply')} {data}")) == []


def test_a_field_that_is_not_there_has_none() -> None:
    assert len(headers(None)) == 0


@pytest.mark.parametrize("text", ["text", "[a, b]", "[[a]]", "{A: {b: c}}", "{A: [[x]]}"])
def test_other_shapes_are_refused(field: Callable[..., Field], text: str) -> None:
    with pytest.raises(CassetteError, match="expected"):
        pairs(field(text))
