"""Where in an interaction a text stands, and what was found there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from tapecheck.model import Side, pointer

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands.

    Attributes:
        part: in words: "the body", "the header 'x-api-key'".
        in_body: whether that is the body or in it.
        name: the name that it stands under; empty where there is none.
        listed: whether the contract says that what stands here is secret.
        event: 0-based index of the streamed event.
        path: within the JSON of the body or the event; None where it is not in JSON.
        inner: JSON pointer within the JSON that the string at `path` holds; None where it holds none.
        line: 0-based, within the body.
        has_lines: whether a line end in the text is one in the body.
    """

    side: Side
    part: str
    in_body: bool = False
    name: str = ""
    listed: bool = False
    event: int | None = None
    path: Path | None = None
    inner: str | None = None
    line: int = 0
    has_lines: bool = True

    def at(self, text: str, offset: int) -> Place:
        """Return the place of what begins at an offset of the text that stands here."""
        return replace(self, line=self.line + text.count("\n", 0, offset)) if self.has_lines else self

    def below(self, path: Path, line: int, *, listed: bool) -> Place:
        """Return the place of a string in the JSON that stands here."""
        within = self.path is not None
        return replace(
            self,
            name=_name(path) or self.name,
            listed=self.listed or listed,
            path=self.path if within else path,
            inner=(self.inner or "") + pointer(path) if within else None,
            line=line,
            has_lines=False,
        )

    def __str__(self) -> str:
        """Say where: "the body of the response, in the JSON of a string at /a"."""
        within = f", in a string that holds JSON, at {self.inner}" if self.inner is not None else ""
        return f"{self.part} of the {self.side.value}{within}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret: what it is, the text of it, and where it stands."""

    what: str
    secret: str
    place: Place

    @property
    def beginning(self) -> str:
        """Return as much of the secret as may be shown: four characters of sixteen or more, otherwise none."""
        return f"{self.secret[:4]}…" if len(self.secret) >= 16 else "…"


Edit: TypeAlias = Callable[[str, Place], str]
"""Returns what shall stand in the place of a text."""


def _name(path: Path) -> str:
    """Return the name that a value stands under: `/tokens/0` under `tokens`, `/token/value` under `token`."""
    names = [str(part) for part in path if isinstance(part, str)]
    return names[-2] if len(names) > 1 and names[-1] == "value" else names[-1] if names else ""
