"""What a rule says, before it is known in which cassette; and what a rule may lean on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from tapecheck.checking.engine import Engine, RustEngine
from tapecheck.checking.exchange import Exchange
from tapecheck.contracts import Schema
from tapecheck.model import Body, Code, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that a rule has to say; the fields are those of `Finding`."""

    code: Code
    message: str
    side: Side
    line: int
    event: int | None = None
    instance_path: str | None = None
    schema_path: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What rules validate with.

    Attributes:
        engine: gives the verdicts.
        annotator: tells which parts of a value a schema speaks of.
        schemas: every schema by its URI.
    """

    engine: Engine
    annotator: RustEngine
    schemas: Mapping[str, Schema]


class Rule(Protocol):
    """A rule looks at one exchange and yields every problem that it finds."""

    def __call__(self, exchange: Exchange, validation: Validation) -> Iterator[Problem]:
        """Yield every problem."""
        ...


def line_in(body: Body, offset: int) -> int:
    """Return the line of the file for a 0-based line of a body: exact where the file shows the body line by line."""
    return body.line + offset if body.verbatim else body.line
