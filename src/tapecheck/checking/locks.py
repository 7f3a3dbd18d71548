"""The locks of a run: which one speaks of a cassette, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tapecheck.cassettes import LOCK, Provenance, read_lock
from tapecheck.errors import CassetteError


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock that was found.

    Attributes:
        path: as findings shall name it.
        folder: where it stands, resolved.
        entries: what it says of each cassette, by the path from its folder.
        problem: why it cannot be read.
    """

    path: Path
    folder: Path
    entries: Mapping[str, Provenance]
    problem: CassetteError | None = None

    def entry(self, cassette: Path) -> Provenance | None:
        """Return what it says of a cassette in its folder or below."""
        return self.entries.get(_place(cassette).relative_to(self.folder).as_posix())


class Locks:
    """Finds locks, and reads each once.

    Args:
        roots: the folders beyond which no lock is looked for.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = {root.resolve() for root in roots if root.is_dir()}
        self._found: dict[Path, Lock | None] = {}

    def __iter__(self) -> Iterator[Lock]:
        """Iterate over the locks that were found so far."""
        return (lock for lock in self._found.values() if lock is not None)

    def above(self, cassette: Path) -> Lock | None:
        """Return the nearest lock in a cassette's folder or above; None where there is none."""
        place, given = _place(cassette), list(cassette.parents)
        for depth, folder in enumerate(place.parents):
            if not any(folder.is_relative_to(root) for root in self._roots):
                return None
            if (lock := self.within(folder, given[depth] if depth < len(given) else folder)) is not None:
                return lock
        return None

    def within(self, folder: Path, name: Path) -> Lock | None:
        """Return the lock in a folder, if there is one; `name` is the folder as findings shall name it."""
        if folder not in self._found:
            self._found[folder] = _read(folder, name / LOCK) if _is_file(folder / LOCK) else None
        return self._found[folder]


def _place(cassette: Path) -> Path:
    """Return where a file stands; one that is a link is the link itself."""
    return cassette.parent.resolve() / cassette.name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # who may not look into the folder gets no cassette from it either
        return False


def _read(folder: Path, path: Path) -> Lock:
    try:
        return Lock(path=path, folder=folder, entries=read_lock(path))
    except CassetteError as error:
        return Lock(path=path, folder=folder, entries={}, problem=error)
