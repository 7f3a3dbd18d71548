"""DeepSeek, by its Chat Completions API."""

from __future__ import annotations

from typing import Final

from backend.llm.chat_completions import ChatCompletions
from backend.llm.protocol import JsonObject, Prompt, ToolChoice


def settings(prompt: Prompt, *, stream: bool) -> JsonObject:
    """Return what is DeepSeek's own in a request; a stream tells its usage without being asked to.

    A model that thinks cannot be forced to call a tool, and the present models think unless they are told not to: who
    asks for a tool and says nothing of thinking gets none, in place of a refusal.
    """
    own: JsonObject = {}
    if prompt.max_tokens is not None:
        own["max_tokens"] = prompt.max_tokens
    thinking = False if prompt.thinking is None and prompt.tool_choice is ToolChoice.REQUIRED else prompt.thinking
    if thinking is not None:
        own["thinking"] = {"type": "enabled" if thinking else "disabled"}
    if stream:
        own["stream"] = True
    return own


PROVIDER: Final = ChatCompletions(
    name="deepseek",
    title="DeepSeek",
    base_url="https://api.deepseek.com",
    default_model="deepseek-v4-flash",
    settings=settings,
    cut_off=frozenset({"insufficient_system_resource"}),
    plain_errors=True,
)
