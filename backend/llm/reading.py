"""Reads the JSON that providers send: strict about what we rely on, blind to all the rest."""

from __future__ import annotations

import json
from typing import Final, TypeVar

import pydantic_core
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from backend.errors import UpstreamError

MAX_WORDS: Final = 500
"""The most characters of a provider's own words that we repeat."""

Read = TypeVar("Read", bound=BaseModel)


class Shape(BaseModel):
    """What we rely on of a JSON object; fields that a subclass does not name are passed over.

    A value is never made to fit: `"1"`, `1.0` and `true` are no integers. The tags of a union must have a space in
    them, which is how they are told from the keys of the document.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class _Failure(Shape):
    message: str


class _FailureBody(Shape):
    error: _Failure


def read(model: type[Read], body: bytes | str, who: str) -> Read:
    """Return the JSON as a model, a `Shape` as a rule.

    Args:
        model: what is expected.
        body: the JSON; bytes are UTF-8.
        who: the provider, as people write it.

    Raises:
        UpstreamError: it is not JSON (RFC 8259: no NaN, no Infinity; nor do we read what is nested 200 deep), or not
            what is expected; the detail has the JSON pointer (RFC 6901), and nothing of the body.
    """
    try:
        pydantic_core.from_json(body, allow_inf_nan=False)  # a model lets NaN pass in what it does not name
    except ValueError as error:
        raise UpstreamError(f"{who} sent what is not JSON: {error}; try again") from None
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise UpstreamError(f"{who} sent JSON of another shape than expected: {_told(error)}; try again") from None


def json_text(value: JsonValue, who: str) -> str:
    """Return a value as compact JSON.

    Raises:
        UpstreamError: it has a number beyond what a float can hold, such as `1e999`.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise UpstreamError(f"{who} sent a number that is too great to be repeated; try again") from None


def failure_words(body: bytes | str) -> str:
    """Return `/error/message` of the body of an error, which is where every provider has its own words.

    Gemini sometimes puts the object into an array, of which the first is taken. The words come on one line, shortened
    to `MAX_WORDS` characters; "" where there are none.
    """
    try:
        document = pydantic_core.from_json(body, allow_inf_nan=False)
        first = document[0] if isinstance(document, list) and document else document
        return shortened(_FailureBody.model_validate(first).error.message)
    except ValueError:  # ValidationError is one
        return ""


def shortened(words: str) -> str:
    """Return a provider's own words on one line, without control characters and not too many of them."""
    line = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 1]}…"


def _told(error: ValidationError) -> str:
    """Return where the first fault is and what was expected there."""
    first, *more = error.errors(include_url=False, include_input=False, include_context=False)
    also = f" (and {len(more)} more)" if more else ""
    return f"at {_pointer(first['loc']) or 'the top'}: {first['msg']}{also}"


def _pointer(location: tuple[int | str, ...]) -> str:
    """Return a JSON pointer; the tag of a union is no part of it."""
    parts = [str(part) for part in location]
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts if " " not in part)
