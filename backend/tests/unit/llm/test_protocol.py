from __future__ import annotations

import dataclasses

import pytest

from backend.llm.protocol import Answer, Call, FinishReason, Prompt, Usage


def test_a_prompt_leaves_to_the_provider_what_it_does_not_say() -> None:
    prompt = Prompt(model="any", message="Hello")
    left = {field.name: getattr(prompt, field.name) for field in dataclasses.fields(prompt)[2:]}
    assert set(left.values()) == {None, ()}


def test_credentials_are_not_shown() -> None:
    call = Call(path="/path", headers={"authorization": "Bearer hidden"}, body={})
    assert "hidden" not in repr(call)


def test_tokens_that_nobody_counted_are_none() -> None:
    answer = Answer(message="", model="any", finish_reason=FinishReason.STOP)
    assert (answer.usage, answer.tool_calls) == (Usage(input_tokens=0, output_tokens=0), ())


def test_values_stay_as_they_are() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Usage().input_tokens = 1  # type: ignore[misc]
