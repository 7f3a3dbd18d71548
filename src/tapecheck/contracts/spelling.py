"""What is misspelled in a contract.toml, in words and with lines: pydantic's errors made readable."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_origin

from pydantic import BaseModel

from tapecheck.contracts import document as toml
from tapecheck.contracts.toml_lines import Place, dotted, line_of_key
from tapecheck.errors import ContractError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_type": "a number",
    "greater_than_equal": "a number of at least {ge}",
    "int_type": "an integer",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "{expected}",
    "model_type": "a table",
    "string_too_short": "a string that is not empty",
    "string_type": "a string",
    "tuple_type": "an array",
}
"""What was expected, by the type of pydantic's error; its context fills the braces."""

_SHOWN = 60

_KEY = "[key]"
"""Stands behind a key that is itself the mistake."""


def misspellings(error: ValidationError, path: Path, text: str) -> tuple[ContractError, ...]:
    """Turn pydantic's errors into ours, in the order of their lines.

    Args:
        error: what `ContractDocument` says of the file.
        path: the contract.toml.
        text: what stands in it.
    """
    problems = (_problem(detail, path, text) for detail in error.errors(include_url=False))
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _problem(detail: ErrorDetails, path: Path, text: str) -> ContractError:
    place = tuple(part for part in detail["loc"] if part not in toml.FORMS and part != _KEY)
    hint = "See docs/reference/contracts.md for the keys of contract.toml."
    if detail["type"] == "extra_forbidden":
        hint = _nearest(place) or hint
    message = f"{dotted(place)}: {_message(detail)}"
    return ContractError(message, path=path, line=line_of_key(text, place), hint=hint)


def _message(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "the key is missing"
    if kind == "extra_forbidden":
        return "the key is unknown"
    if kind == "value_error":
        return str(context["error"])
    expected = _EXPECTED[kind].format_map(context) if kind in _EXPECTED else detail["msg"].removeprefix("expected ")
    return f"got {_shown(detail['input'])}, expected {expected}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, tuple):
        return "an array"
    text = repr(value) if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _nearest(place: Place) -> str | None:
    """Name the key that was probably meant."""
    known = [field.alias or name for name, field in _table(place[:-1]).model_fields.items()]
    close = difflib.get_close_matches(str(place[-1]), known, n=1)
    return f"Is {close[0]!r} meant?" if close else f"Known are {', '.join(known)}."


def _table(place: Place) -> type[BaseModel]:
    """Return the table that stands at a place."""
    table: type[BaseModel] = toml.ContractDocument
    steps = iter(place)
    for step in steps:
        by_key = {field.alias or name: field.annotation for name, field in table.model_fields.items()}
        if step in by_key:
            annotation = by_key[str(step)]
            table = next(_tables_in(annotation))
            if get_origin(annotation) is dict:
                next(steps, None)  # the name of an operation
    return table


def _tables_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the classes of tables within a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _tables_in(argument)
