"""OpenAI, by its Chat Completions API."""

from __future__ import annotations

from typing import Final

from backend.llm.chat_completions import ChatCompletions, describe_function
from backend.llm.protocol import JsonObject, Prompt, Tool
from backend.providers.openai.strict import close_schema


def settings(prompt: Prompt, *, stream: bool) -> JsonObject:
    """Return what is OpenAI's own in a request.

    `max_completion_tokens` has replaced `max_tokens`, which models that reason refuse. `prompt.thinking` is left out:
    each model either reasons or does not, `reasoning_effort` has no level that all of them take, and those that do not
    reason refuse it. Without padding (`include_obfuscation`) streams are smaller; the connection to OpenAI is ours.
    """
    own: JsonObject = {}
    if prompt.max_tokens is not None:
        own["max_completion_tokens"] = prompt.max_tokens
    if stream:
        own |= {"stream": True, "stream_options": {"include_usage": True, "include_obfuscation": False}}
    return own


def describe_strict_function(tool: Tool) -> JsonObject:
    """Return a tool as `/tools/*/function`, strict where its schema allows that: its arguments then always fit."""
    closed = close_schema(tool.parameters)
    function = describe_function(tool)
    return function if closed is None else function | {"parameters": closed, "strict": True}


PROVIDER: Final = ChatCompletions(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    default_model="gpt-4.1-mini",
    settings=settings,
    function=describe_strict_function,
)
