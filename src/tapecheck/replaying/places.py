"""Where in the files of a cassette an interaction stands that vcrpy has loaded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tapecheck.cassettes import read
from tapecheck.errors import CassetteError
from tapecheck.model import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an interaction stands.

    Attributes:
        path: of the file, as findings name it.
        line: 1-based.
        index: 0-based, within the file; None where nobody knows.
        asked: the method and the URI without its query, which may hold a key; empty where nobody knows.
    """

    path: str
    line: int = 1
    index: int | None = None
    asked: str = ""


class Places:
    """Finds interactions in the files that they were loaded from.

    Args:
        paths: the files, in the order in which they were loaded.
        loaded: how many interactions were loaded; fewer than the files hold, where a hook of the suite drops some.
        root: a folder; files below it are named from there.
    """

    def __init__(self, paths: Sequence[Path], loaded: int, root: Path) -> None:
        self._first = shown(paths[0], root)
        self._loaded = loaded
        self._found = [(shown(path, root), one) for path in paths for one in _interactions(path)]

    def of(self, index: int, asked: str | None = None) -> Place:
        """Return the place of an interaction; line 1 of the first file where it cannot be told.

        Args:
            index: in the order of loading.
            asked: method and URI, as on tape; helps where not all interactions were loaded.
        """
        if len(self._found) == self._loaded:
            return _place(*self._found[index])
        return next((_place(*one) for one in self._found if _asked(one[1]) == asked), Place(path=self._first))


def shown(path: Path, root: Path) -> str:
    """Return a path as findings name it: from a folder that it is below of, else whole."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def without_query(uri: str) -> str:
    """Return a URI as messages show it: a query often holds a key."""
    return uri.partition("?")[0]


def count(path: Path) -> int:
    """Return how many interactions a file holds; none where it cannot be read."""
    return len(_interactions(path))


def _interactions(path: Path) -> Sequence[Interaction]:
    with suppress(CassetteError):  # vcrpy has read it: there is something to be said, if not where
        return read(path).interactions
    return ()


def _place(path: str, interaction: Interaction) -> Place:
    asked = f"{interaction.request.method} {without_query(interaction.request.uri)}"
    return Place(path=path, line=interaction.line, index=interaction.index, asked=asked)


def _asked(interaction: Interaction) -> str:
    return f"{interaction.request.method} {interaction.request.uri}"
