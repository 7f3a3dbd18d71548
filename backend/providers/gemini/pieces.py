"""What Gemini's answers are made of (https://ai.google.dev/api/generate-content).

A whole answer and each event of a streamed one have the same shape, so that both are called pieces.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, JsonValue, NonNegativeInt
from pydantic.alias_generators import to_camel

from backend.errors import UpstreamError
from backend.llm.protocol import Usage
from backend.llm.reading import Shape, read, shortened

WHO: Final = "Gemini"

_NUMBERED: Final = ("FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER")
"""By number (https://ai.google.dev/api/python/google/generativeai/protos/Candidate/FinishReason)."""


def _named(reason: object) -> object:
    """Return the name of a reason that comes as a number, which Google's APIs do on demand."""
    if isinstance(reason, int) and not isinstance(reason, bool):
        return _NUMBERED[reason] if 0 <= reason < len(_NUMBERED) else "OTHER"
    return reason


class GeminiShape(Shape, alias_generator=to_camel):
    """Names are in camel case; what is empty is left out."""


class FunctionCall(GeminiShape):
    """The model wants a tool to be called; only some models give the call an id."""

    id: str | None = None
    name: str
    args: dict[str, JsonValue] | None = None


class Part(GeminiShape):
    """Holds one thing, told by its key."""

    text: str | None = None
    thought: bool | None = None
    function_call: FunctionCall | None = None
    executable_code: JsonValue = None
    code_execution_result: JsonValue = None
    tool_call: JsonValue = None
    tool_response: JsonValue = None

    @property
    def runs_code(self) -> bool:
        """Return whether the model stops for code to be run by the provider, and will go on."""
        return self.executable_code is not None

    @property
    def recounts(self) -> bool:
        """Return whether the provider's own tools have run, after which tokens may be counted anew."""
        results = (self.executable_code, self.code_execution_result, self.tool_call, self.tool_response)
        return any(result is not None for result in results)


class Content(GeminiShape):
    """What the model said; a model that was stopped may have said nothing."""

    parts: tuple[Part, ...] | None = None


class Candidate(GeminiShape):
    """One of the answers; we never ask for more."""

    content: Content | None = None
    finish_reason: Annotated[str | None, BeforeValidator(_named)] = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts of the content."""
        return (self.content and self.content.parts) or ()


class PromptFeedback(GeminiShape):
    """What the provider thinks of the prompt."""

    block_reason: JsonValue = None


class UsageMetadata(GeminiShape):
    """Tokens; a count of 0 is left out."""

    prompt_token_count: NonNegativeInt | None = None
    candidates_token_count: NonNegativeInt | None = None
    thoughts_token_count: NonNegativeInt | None = None

    def usage(self) -> Usage:
        """Return the tokens: thoughts are output, which is how they are billed."""
        output = (self.candidates_token_count or 0) + (self.thoughts_token_count or 0)
        return Usage(input_tokens=self.prompt_token_count or 0, output_tokens=output)


class Piece(GeminiShape):
    """An answer, or a piece of one."""

    candidates: tuple[Candidate, ...] | None = None
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str

    @property
    def candidate(self) -> Candidate:
        """Return the first candidate, an empty one where there is none."""
        return self.candidates[0] if self.candidates else Candidate()

    @property
    def blocked(self) -> bool:
        """Return whether the prompt was refused."""
        return self.prompt_feedback is not None and self.prompt_feedback.block_reason is not None


class _Words(GeminiShape):
    code: int | None = None
    status: str | None = None
    message: str


class _Failure(GeminiShape):
    error: _Words | None = None


def read_piece(body: bytes | str) -> Piece:
    """Read an answer, or a piece of one.

    Raises:
        UpstreamError: it is neither, or reports a failure.
    """
    if (error := read(_Failure, body, WHO).error) is not None:
        raise _failure(error)
    return read(Piece, body, WHO)


def _failure(error: _Words) -> UpstreamError:
    """Return what an error means (https://ai.google.dev/gemini-api/docs/troubleshooting)."""
    words = f"{error.status}: {error.message}" if error.status else error.message
    code = error.code or 500
    return UpstreamError(
        f"{WHO} broke its answer off: {shortened(words)}",
        transient=code >= 500 or code in (408, 429, 499),
        blames_host=code >= 500,
    )
