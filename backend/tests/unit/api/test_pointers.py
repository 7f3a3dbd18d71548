from __future__ import annotations

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, JsonValue, ValidationError

from backend.api.pointers import pointer


class Number(BaseModel):
    type: Literal["number"]


class Text(BaseModel):
    type: Literal["string"]
    length: int


class Example(BaseModel):
    """With unions, told apart by a tag and not."""

    model_config = {"allow_inf_nan": False}

    parts: list[Annotated[Number | Text, Field(discriminator="type")] | bool] = []
    value: JsonValue = None


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"parts": [{"type": "number"}, {"type": "string"}]}, "/body/parts/1/length"),
        ({"parts": [{"type": "string", "length": []}]}, "/body/parts/0/length"),
        ({"value": {"a": [float("nan")]}}, "/body/value/a/0"),
        ({"value": {"dict": float("nan")}}, "/body/value/dict"),
        ({"parts": 1}, "/body/parts"),
        ([], "/body"),
    ],
    ids=str,
)
def test_the_tag_of_a_union_is_no_part_of_it(document: object, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Example.model_validate(document)
    errors = caught.value.errors()
    assert expected in [pointer(("body", *error["loc"]), error["type"], document) for error in errors]


def test_what_is_no_part_of_the_body_stays_as_it_is() -> None:
    assert pointer(("path", "agent_id"), "string_pattern_mismatch", None) == "/path/agent_id"
    assert pointer(("body",), "missing", None) == "/body"


@given(st.recursive(st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)), st.data())
def test_every_pointer_leads_to_something(document: object, data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.integers(0, 3) | st.text()))
    value = document
    for part in pointer(("body", *parts), "int_type", document).split("/")[2:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]  # type: ignore[index]


@given(
    st.recursive(st.none(), lambda inner: st.lists(inner, min_size=1) | st.dictionaries(st.text(), inner)), st.data()
)
def test_a_way_through_the_document_is_kept(document: object, data: st.DataObject) -> None:
    value, parts = document, []
    while isinstance(value, dict | list) and value:
        part = data.draw(st.sampled_from(range(len(value)) if isinstance(value, list) else sorted(value)))
        parts.append(part)
        value = value[part]
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in parts]
    assert pointer(("body", *parts), "int_type", document) == "/".join(["/body", *escaped])
