"""Asks Gemini (https://ai.google.dev/api/generate-content)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from backend.llm.protocol import Call, JsonObject, Prompt, Tool, ToolChoice

_MODES: Final = {ToolChoice.AUTO: "AUTO", ToolChoice.REQUIRED: "ANY", ToolChoice.NONE: "NONE"}


def call(prompt: Prompt, key: str, *, stream: bool) -> Call:
    """Return the request for a prompt.

    Thinking is asked for by having the thoughts shown, as the models that can think do it of themselves, and forbidden
    by a budget of 0. The choice of a tool is left out where there are no tools, as Gemini refuses that.
    """
    body: JsonObject = {"contents": [{"parts": [{"text": prompt.message}], "role": "user"}]}
    if prompt.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in prompt.tools]}]
        if prompt.tool_choice is not None:
            body["toolConfig"] = {"functionCallingConfig": {"mode": _MODES[prompt.tool_choice]}}
    if config := _generation_config(prompt):
        body["generationConfig"] = config
    return Call(path=_path(prompt.model, stream=stream), headers={"x-goog-api-key": key}, body=body)


def _path(model: str, *, stream: bool) -> str:
    """Return the path; the model is one segment of it, whatever its name."""
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return f"/v1beta/models/{quote(model, safe='')}:{method}"


def _generation_config(prompt: Prompt) -> JsonObject:
    config: JsonObject = {}
    if prompt.temperature is not None:
        config["temperature"] = prompt.temperature
    if prompt.max_tokens is not None:
        config["maxOutputTokens"] = prompt.max_tokens
    if prompt.thinking is not None:
        config["thinkingConfig"] = {"includeThoughts": True} if prompt.thinking else {"thinkingBudget": 0}
    return config


def _declaration(tool: Tool) -> JsonObject:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
