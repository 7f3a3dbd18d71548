from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.checking.keywords import enter, file_of, keyword_at, locate, path_in
from tapecheck.contracts import Schema
from tapecheck.model import JSONValue

BASE = "https://x.invalid/weather/"


def schemas(**documents: dict[str, JSONValue]) -> dict[str, Schema]:
    return {
        f"{BASE}{name}.json": Schema(uri=f"{BASE}{name}.json", path=Path(f"contracts/{name}.json"), document=document)
        for name, document in documents.items()
    }


FILES = schemas(
    report={
        "required": ["id"],
        "properties": {
            "day": {"$ref": "day.json", "type": "object"},
            "place": {"$ref": "#/$defs/place"},
            "$ref": {"type": "string"},
            '50% "é" a/b~c': {"type": "null"},
        },
        "$defs": {"place": {"$ref": "day.json#/$defs/far"}},
    },
    day={"minProperties": 1, "$defs": {"far": {"type": "string", "minLength": 2}}},
)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("required",), ["id"], "report.json#/required"),
        (("properties", "day", "type"), "object", "report.json#/properties/day/type"),
        (("properties", "day", "$ref", "minProperties"), 1, "day.json#/minProperties"),
        (("properties", "place", "$ref", "$ref", "minLength"), 2, "day.json#/$defs/far/minLength"),
        (("properties", "$ref", "type"), "string", "report.json#/properties/$ref/type"),
    ],
    ids=["here", "beside a $ref", "behind a $ref", "behind two", "a field named $ref"],
)
def test_a_path_leads_to_its_keyword(path: tuple[str, ...], value: JSONValue, place: str) -> None:
    keyword = keyword_at(FILES, locate(FILES, f"{BASE}report.json", path))
    assert (keyword.name, keyword.value, keyword.file(FILES)) == (path[-1], value, f"contracts/{place}")
    assert keyword.schema[path[-1]] == value


def test_a_path_may_begin_within_a_file() -> None:
    assert locate(FILES, f"{BASE}day.json#/$defs/far", ("type",)) == f"{BASE}day.json#/$defs/far/type"


def test_the_uri_of_a_keyword_leads_back_to_it() -> None:
    uri = locate(FILES, f"{BASE}report.json", ("properties", '50% "é" a/b~c', "type"))
    assert uri == f"{BASE}report.json#/properties/50%25%20%22%C3%A9%22%20a~1b~0c/type"
    assert enter(FILES, uri)[2] == "null"
    assert locate(FILES, uri.replace("/type", "/%74ype"), ()) == uri


def test_no_path_at_all_is_the_schema_itself() -> None:
    keyword = keyword_at(FILES, locate(FILES, f"{BASE}day.json", ()))
    assert (keyword.name, keyword.value) == ("", FILES[f"{BASE}day.json"].document)


def test_a_path_that_leads_nowhere_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        locate(FILES, f"{BASE}day.json", ("properties", "x"))


def test_a_file_is_named_with_the_place_in_it() -> None:
    assert file_of(FILES, f"{BASE}day.json#/type") == "contracts/day.json#/type"
    assert file_of(FILES, f"{BASE}day.json") == "contracts/day.json#"


@pytest.mark.parametrize(("part", "name"), [(1, "+1"), (2, "002"), (3, "3"), ("+1", "+1")])
def test_names_that_look_like_numbers_are_found(part: str | int, name: str) -> None:
    numbers: dict[str, JSONValue] = {"+1": {}, "-1": {}, "002": {}, "3": {}, "+3": {}, "x": {}}
    assert locate(schemas(a={"properties": numbers}), f"{BASE}a.json", ("properties", part)).endswith(f"/{name}")
    value: JSONValue = {"list": [0, dict(numbers)]}
    assert path_in(value, ("list", 1, part)) == ("list", 1, name)


def test_a_path_that_leads_nowhere_in_a_value() -> None:
    with pytest.raises(LookupError):
        path_in({"a": {}}, ("a", 1))
