from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.chat.tools import ToolModel
from backend.llm.protocol import Prompt, ToolChoice
from backend.providers.registry import PROVIDERS
from backend.tests.unit.providers.tapes import request_faults

TIDE: dict[str, Any] = {
    "name": "tide_at",
    "description": "Tells when the tide is high in a port.",
    "parameters": {
        "type": "object",
        "properties": {
            "port": {"type": "string", "description": "Its name."},
            "days": {"type": "array", "items": {"type": "string", "enum": ["today", "tomorrow"]}},
            "depth": {"type": "number"},
        },
        "required": ["port"],
    },
}
OPERATIONS = {"anthropic": "messages", "gemini": "generateContent"}

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", fullmatch=True)
words = st.text(max_size=20)
described = st.fixed_dictionaries({}, optional={"description": words})
scalars = st.builds(
    lambda kind, more: {"type": kind, **more}, st.sampled_from(["string", "number", "integer", "boolean"]), described
)
choices = st.builds(
    lambda values, more: {"type": "string", "enum": values, **more},
    st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3, unique=True),
    described,
)
arrays = st.builds(lambda items, more: {"type": "array", "items": items, **more}, scalars | choices, described)
properties = st.dictionaries(names, scalars | choices | arrays, max_size=4)
tools = properties.flatmap(
    lambda found: st.fixed_dictionaries(
        {
            "name": names,
            "description": words,
            "parameters": st.fixed_dictionaries(
                {
                    "type": st.just("object"),
                    "properties": st.just(found),
                    "required": st.lists(st.sampled_from(sorted(found)), unique=True) if found else st.just([]),
                }
            ),
        }
    )
)


def test_a_tool_is_handed_on_as_it_is() -> None:
    tool = ToolModel.model_validate(TIDE).value()
    assert (tool.name, tool.description) == (TIDE["name"], TIDE["description"])
    assert tool.parameters == TIDE["parameters"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("name",), ""),
        (("name",), "tide at"),
        (("name",), "1st"),
        (("name",), "n" * 65),
        (("description",), None),
        (("unknown",), 1),
        (("parameters",), {"type": "array"}),
        (("parameters",), {"type": "object", "additionalProperties": True}),
        (("parameters", "properties", "port"), {"type": "null"}),
        (("parameters", "properties", "port"), {"type": "object"}),
        (("parameters", "properties", "port"), {"$ref": "#"}),
        (("parameters", "properties", "port"), {"type": "string", "enum": []}),
        (("parameters", "properties", "port"), {"type": "string", "enum": [""]}),
        (("parameters", "properties", "port"), {"type": "array"}),
        (
            ("parameters", "properties", "port"),
            {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
        ),
        (("parameters", "properties", "a port"), {"type": "string"}),
        (("parameters", "required"), ["a port"]),
    ],
)
def test_what_not_all_providers_take_is_refused(place: tuple[str, ...], value: object) -> None:
    wrong = json.loads(json.dumps(TIDE))
    part = wrong
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    with pytest.raises(ValidationError):
        ToolModel.model_validate(wrong)


@pytest.mark.parametrize("provider", PROVIDERS)
@given(tool=tools, choice=st.sampled_from([None, *ToolChoice]))
def test_what_we_take_all_providers_take(provider: str, tool: dict[str, Any], choice: ToolChoice | None) -> None:
    found = ToolModel.model_validate(tool).value()
    assert found.parameters == tool["parameters"]
    prompt = Prompt(model="any", message="Hello", tools=(found,), tool_choice=choice)
    body = PROVIDERS[provider].call(prompt, "key", stream=False).body
    assert request_faults(provider, OPERATIONS.get(provider, "chat.completions"), body) == []
