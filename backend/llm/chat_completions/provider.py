"""The Chat Completions format of OpenAI, which DeepSeek speaks too: requests, answers, streams and errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from backend.llm.chat_completions.shapes import (
    CompletionShape,
    Content,
    conclude,
    hide_secrets,
    own_words,
    read_or_fail,
)
from backend.llm.chat_completions.stream import ChatCompletionsReader
from backend.llm.protocol import Answer, Call, JsonObject, Prompt, Tool
from backend.llm.reading import shortened

PATH: Final = "/chat/completions"


class Settings(Protocol):
    """Returns what the body of a request has beyond `describe_prompt`."""

    def __call__(self, prompt: Prompt, *, stream: bool) -> JsonObject:
        """Return the members to add."""


def describe_function(tool: Tool) -> JsonObject:
    """Return a tool as `/tools/*/function` of a request."""
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCompletions:
    """A provider that speaks Chat Completions; see `backend.llm.protocol.Provider`.

    Attributes:
        name: as requests name it; also that of its folder.
        title: as people write it.
        base_url: the root of its API, without a slash at the end.
        default_model: answers where a request names none.
        settings: gives the members of a request that are its own.
        function: describes a tool.
        cut_off: its reasons to stop that mean that the answer is not whole.
        plain_errors: whether its errors may be plain text.
    """

    name: str
    title: str
    base_url: str
    default_model: str
    settings: Settings
    function: Callable[[Tool], JsonObject] = describe_function
    cut_off: frozenset[str] = frozenset()
    plain_errors: bool = False

    def call(self, prompt: Prompt, key: str, *, stream: bool) -> Call:
        """Return the request that asks for an answer, or for a stream of it."""
        body = self._describe_prompt(prompt) | self.settings(prompt, stream=stream)
        return Call(path=PATH, headers={"authorization": f"Bearer {key}"}, body=body)

    def answer(self, body: bytes) -> Answer:
        """Read an answer; of several choices the one with index 0, or else the first.

        Raises:
            BrokenOffError: it is not whole, or does not say that it is.
            UpstreamError: it is not an answer, or reports a failure.
        """
        completion = read_or_fail(CompletionShape, body, self.title)
        choice = next((choice for choice in completion.choices if choice.index == 0), completion.choices[0])
        message, details = choice.message, choice.finish_details
        content = Content(
            text=(message.content or "") + (message.refusal or ""),
            refused=bool(message.refusal),
            reason=choice.finish_reason or (details.type if details else None),
            model=completion.model,
            usage=completion.usage,
            calls=tuple(call.value() for call in message.tool_calls or ()),
        )
        return conclude(content, self.title, self.cut_off)

    def reader(self) -> ChatCompletionsReader:
        """Return what reads a stream."""
        return ChatCompletionsReader(self.title, self.cut_off)

    def failure(self, body: bytes) -> str:
        """Return the provider's own words from the body of an error, "" where there are none; secrets are hidden."""
        return own_words(body) or (_plain_words(body) if self.plain_errors else "")

    def _describe_prompt(self, prompt: Prompt) -> JsonObject:
        body: JsonObject = {"model": prompt.model, "messages": [{"role": "user", "content": prompt.message}]}
        if prompt.tools:
            body["tools"] = [{"type": "function", "function": self.function(tool)} for tool in prompt.tools]
        if prompt.tool_choice is not None:
            body["tool_choice"] = prompt.tool_choice.value
        if prompt.temperature is not None:
            body["temperature"] = prompt.temperature
        return body


def _plain_words(body: bytes) -> str:
    """Return an error in plain text; a page of HTML, and JSON, are none."""
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    return "" if text.startswith(("<", "{", "[")) else hide_secrets(shortened(text))
