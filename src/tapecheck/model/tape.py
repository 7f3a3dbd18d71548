"""A cassette and its interactions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tapecheck.model.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One recorded request with its response; `index` counts from 0 in the cassette, `line` from 1 in the file."""

    index: int
    line: int
    request: Request
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Cassette:
    """A file of interactions; `format` names the tool whose format it is in, such as `vcrpy` or `har`."""

    path: Path
    format: str
    interactions: tuple[Interaction, ...]
