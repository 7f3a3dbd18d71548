"""Asks Anthropic (https://docs.anthropic.com/en/api/messages)."""

from __future__ import annotations

from typing import Final

from backend.llm.protocol import Call, JsonObject, Prompt, Tool, ToolChoice

PATH: Final = "/v1/messages"
VERSION: Final = "2023-06-01"

ANSWER_TOKENS: Final = 1024
"""The most tokens of an answer where the prompt does not say: Anthropic must be told a number."""

THINKING_TOKENS: Final = 1024
"""What the model may think, at most: the least that Anthropic takes. They count among the tokens of the answer."""

_CHOICES: Final = {ToolChoice.AUTO: "auto", ToolChoice.REQUIRED: "any", ToolChoice.NONE: "none"}


def call(prompt: Prompt, key: str, *, stream: bool) -> Call:
    """Return the request for a prompt.

    A model that thinks gets at least `THINKING_TOKENS` and `ANSWER_TOKENS`, whatever the prompt says, as Anthropic
    refuses a limit that the thoughts alone may reach. The choice of a tool is left out where there are no tools, as
    Anthropic refuses that, too.
    """
    body: JsonObject = {
        "model": prompt.model,
        "messages": [{"role": "user", "content": prompt.message}],
        "max_tokens": _max_tokens(prompt),
    }
    if prompt.temperature is not None:
        body["temperature"] = prompt.temperature
    if prompt.tools:
        body["tools"] = [_tool(tool) for tool in prompt.tools]
        if prompt.tool_choice is not None:
            body["tool_choice"] = {"type": _CHOICES[prompt.tool_choice]}
    if prompt.thinking is not None:
        body["thinking"] = _thinking(on=prompt.thinking)
    if stream:
        body["stream"] = True
    return Call(path=PATH, headers={"x-api-key": key, "anthropic-version": VERSION}, body=body)


def _max_tokens(prompt: Prompt) -> int:
    asked = ANSWER_TOKENS if prompt.max_tokens is None else prompt.max_tokens
    return max(asked, THINKING_TOKENS + ANSWER_TOKENS) if prompt.thinking else asked


def _thinking(*, on: bool) -> JsonObject:
    return {"type": "enabled", "budget_tokens": THINKING_TOKENS} if on else {"type": "disabled"}


def _tool(tool: Tool) -> JsonObject:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
