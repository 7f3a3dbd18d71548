from __future__ import annotations

import json
import re
from typing import Annotated

import pytest
from pydantic import JsonValue, ValidationError

from backend.api.models import DEEPEST, IDENTIFIER, NUMERIC, Boolean, RequestBody


class Example(RequestBody):
    count: Annotated[int, NUMERIC] = 0
    share: Annotated[float, NUMERIC] = 0
    yes: Boolean = True
    value: JsonValue = None


@pytest.mark.parametrize("body", [{"count": 1.0, "share": 1}, {"count": -3, "share": 0.5, "yes": False}])
def test_what_json_schema_takes_is_taken(body: dict[str, object]) -> None:
    assert Example.model_validate(body).model_dump(include=set(body)) == body


@pytest.mark.parametrize(
    "body",
    [{"count": False}, {"count": "1"}, {"count": 1.5}, {"share": True}, {"share": "1"}, {"yes": 1}, {"yes": "true"}],
    ids=str,
)
def test_nothing_is_converted(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(body)


@pytest.mark.parametrize(
    "text",
    ['{"unknown": 1}', '{"value": NaN}', '{"value": ["\\ud800"]}', '{"value": {"\\udfff": 1}}', '{"share": Infinity}'],
)
def test_what_cannot_be_sent_on_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(json.loads(text))


def nested(levels: int) -> JsonValue:
    value: JsonValue = 0
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def test_a_value_may_be_deep_but_not_deeper_than_can_be_written() -> None:
    deepest = nested(DEEPEST - 1)
    assert json.loads(Example(value=deepest).model_dump_json())["value"] == deepest
    for levels in (DEEPEST, 10_000):
        with pytest.raises(ValidationError, match="levels"):
            Example.model_validate({"value": nested(levels)})


@pytest.mark.parametrize("name", ["a", "a.b", "agt_0190", "x" * 128, "a:b-c_d"])
def test_identifiers(name: str) -> None:
    assert re.search(IDENTIFIER, name)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "é", "x" * 129, "a\x00b", "-a", "a."])
def test_no_identifiers(name: str) -> None:
    assert not re.search(IDENTIFIER, name)
