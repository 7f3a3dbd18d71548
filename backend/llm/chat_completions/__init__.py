"""The Chat Completions format of OpenAI, which DeepSeek speaks too."""

from __future__ import annotations

from backend.llm.chat_completions.provider import ChatCompletions, Settings, describe_function

__all__ = ["ChatCompletions", "Settings", "describe_function"]
