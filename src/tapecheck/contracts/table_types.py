"""What the tables of contract.toml are made of: the base of all, and the types of their values."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from tapecheck.model import parse_pointer


def _to_kebab(name: str) -> str:
    return name.removesuffix("_").replace("_", "-")


class Table(BaseModel):
    """A table whose keys have hyphens, in which every key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=_to_kebab)


def spelled(pattern: str, what: str) -> AfterValidator:
    """Return the check that a text matches a pattern; `what` says in words what is expected."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"got {text!r}, expected {what}")
        return text

    return AfterValidator(check)


def is_expression(pattern: str) -> str:
    """Return a text that is a regular expression.

    Raises:
        ValueError: it is none.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"got {pattern!r}, expected a regular expression: {error}") from error
    return pattern


def _is_pointer(text: str) -> str:
    parse_pointer(text)
    return text


def _at_least_one(value: object) -> object:
    if value == ():
        raise ValueError("got an empty array, expected at least one entry")
    return value


FILLED = BeforeValidator(_at_least_one)
"""An array has an entry."""

Pointer = Annotated[str, AfterValidator(_is_pointer)]
Expression = Annotated[str, AfterValidator(is_expression)]
