from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.cassettes.fields import Field
from tapecheck.errors import CassetteError

MakeField = Callable[..., Field]


def error_of(action: Callable[[], object]) -> CassetteError:
    with pytest.raises(CassetteError) as caught:
        action()
    return caught.value


def test_the_last_of_a_repeated_name_wins(field: MakeField) -> None:
    assert field("{a: 1, a: 2}").record().need("a").text() == "2"


def test_merge_keys_yield_to_own_ones_and_earlier_ones_win(field: MakeField) -> None:
    record = field("{a: own, <<: [{a: x, b: first}, {b: second, c: third}], <<: 7}").record()
    assert [record.need(name).text() for name in "abc"] == ["own", "first", "third"]


def test_names_that_are_no_text_are_read_as_text(field: MakeField) -> None:
    record = field("{1: a, ? !!python/object/apply:multidict._multidict.istr [Name] : b, ? [x] : c}").record()
    assert list(record.nodes) == ["1", "Name", ""]


def test_a_missing_field_is_named_with_those_that_are_there(field: MakeField) -> None:
    error = error_of(lambda: field("b: 1\na: 2").record().need("status"))
    assert error.message == "got a, b in the file, expected a field 'status' too"
    many = error_of(lambda: field("\n".join(f"{n}: 1" for n in range(99))).record().need("x")).message
    assert "got 0, 1, 10, 11, 12, 13, 14, 15, 16, 17, … in" in many
    assert "no fields" in error_of(lambda: field("{}").record().need("x")).message


def test_an_error_says_which_interaction_and_where(field: MakeField) -> None:
    entry = next(field("- \n- status: []").items()).at(field("\n\nx").node, "status")
    error = error_of(entry.record)
    assert error.message == "interaction 0: got a single value as 'status', expected a mapping"
    assert (error.line, error.pointer) == (3, "/0/status")


@pytest.mark.parametrize(
    ("text", "kind"), [("[]", "a list"), ("{}", "a mapping"), ("x", "a single value"), ("~", "nothing")]
)
def test_a_wrong_type_is_named(field: MakeField, text: str, kind: str) -> None:
    assert field(text).wrong("a number").message == f"got {kind} as the file, expected a number"


def test_a_list_without_a_value_is_empty(field: MakeField) -> None:
    assert list(field("null").items()) == []
    assert "expected a list" in error_of(lambda: list(field("{}").items())).message


@pytest.mark.parametrize(
    ("text", "expected"),
    [("no", "no"), ("1.50", "1.50"), ("2024-01-01", "2024-01-01"), ("!!binary w7w=", "\u00c3\u00bc"), ("''", "")],
)
def test_a_scalar_is_text_as_written(field: MakeField, text: str, expected: str) -> None:
    assert field(text).text() == expected


@pytest.mark.parametrize("text", ["~", "[]", "{}"])
def test_what_is_no_scalar_is_no_text(field: MakeField, text: str) -> None:
    assert "expected text" in error_of(field(text).text).message


def test_broken_base64_is_no_text(field: MakeField) -> None:
    for text in ("!!binary a", "!!binary é"):
        assert "broken base64" in error_of(field(text).text).message


def test_whole_numbers_may_be_quoted(field: MakeField) -> None:
    assert field("200").integer() == field("'200'").integer() == 200


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("2.5", "'2.5'"),
        ("-1", "'-1'"),
        ("OK", "'OK'"),
        ("''", "''"),
        ("1" * 11, "'111"),
        ("~", "nothing"),
        ("[]", "a list"),
        ("²", "'²'"),
    ],
)
def test_what_is_no_whole_number_is_refused(field: MakeField, text: str, got: str) -> None:
    error = error_of(field(text).integer)
    assert f"got {got}" in error.message
    assert "expected a whole number" in error.message


def test_lines_are_counted_as_an_editor_does(field: MakeField) -> None:
    text = "- a\u2028b\n- c"
    last = list(field(f'- "{text[2:5]}"\n- c', breaks=(4,)).items())[-1]
    assert last.line == 2


def test_a_field_without_a_value_counts_as_missing_where_it_may_be(field: MakeField) -> None:
    record = field("a: null").record()
    assert record.get("a") is record.get("b") is None
    assert "a" in record
