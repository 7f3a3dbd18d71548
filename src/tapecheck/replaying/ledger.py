"""What tests played of which cassettes, one test or a whole run."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tapecheck.cassettes import discover, read
from tapecheck.checking.delivery import is_delivery
from tapecheck.contracts import Contracts
from tapecheck.errors import CassetteError
from tapecheck.model import Code, Finding
from tapecheck.replaying.places import Place, Places, shown

_PLAYABLE = "vcrpy"
"""How the names of formats begin that vcrpy plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeUse:
    """What a test played of a cassette.

    Attributes:
        path: of the file, absolute.
        interactions: how many could be played: they came from the file, and the record mode lets them.
        played: which of them were, counted from 0 in the order of loading.
    """

    path: Path
    interactions: int
    played: frozenset[int]


@dataclass(slots=True)
class Ledger:
    """What the tests of a run have played, whichever process they ran in.

    Attributes:
        root: the folder from which findings name files.
    """

    root: Path
    _uses: dict[Path, TapeUse] = field(default_factory=dict)
    _doubtful: set[Path] = field(default_factory=set)

    def add(self, use: TapeUse) -> None:
        """Add what one test has played."""
        known = self._uses.setdefault(use.path, use)
        if known.interactions != use.interactions:  # a hook drops some in one test, and others have other numbers
            self._doubtful.add(use.path)
        self._uses[use.path] = replace(known, played=known.played | use.played)

    def never_played(self, paths: Iterable[Path]) -> Iterator[Finding]:
        """Yield a finding (`TC402`) for each interaction of these cassettes that no test has played."""
        for path in paths:
            if path in self._uses and path not in self._doubtful:
                yield from unplayed(self._uses[path], self.root)


def unplayed(use: TapeUse, root: Path) -> list[Finding]:
    """Return a finding (`TC402`) for each interaction of a cassette that was not played.

    Args:
        use: what was.
        root: the folder from which findings name files.
    """
    left = [index for index in range(use.interactions) if index not in use.played]
    if not left:
        return []
    places = Places((use.path,), use.interactions, root)
    return [_unplayed(places.of(index), index, use) for index in left]


def unused(
    folders: Iterable[Path], opened: Container[Path], contracts: Callable[[], Contracts], root: Path
) -> Iterator[Finding]:
    """Yield a finding (`TC306`) for each cassette below some folders that no test has opened and vcrpy could play.

    Args:
        folders: where they are looked for; one that does not exist holds none.
        opened: the resolved paths of those that were opened.
        contracts: gives the contracts, which tell what recordings are deliveries: nobody asks for those. It is called
            where there is a cassette to be told of.
        root: the folder from which findings name files.
    """
    for path in discover(folder for folder in folders if folder.exists()):
        if isinstance(path, Path) and path.resolve() not in opened and _is_playable(path, contracts):
            yield _unused(path, root)


def _is_playable(path: Path, contracts: Callable[[], Contracts]) -> bool:
    """Tell whether a file is a cassette with something on it, and not only called like one."""
    try:
        cassette = read(path)
    except CassetteError:
        return False
    if not cassette.format.startswith(_PLAYABLE):
        return False
    return any(not is_delivery(contracts(), one.request) for one in cassette.interactions)


def _unused(path: Path, root: Path) -> Finding:
    return Finding(
        code=Code.UNUSED_CASSETTE,
        severity=Code.UNUSED_CASSETTE.severity,
        message="no test opened this cassette, and none is named like it",
        cassette=shown(path, root),
        line=1,
        hint="Delete it, or write the test that plays it.",
    )


def _unplayed(place: Place, index: int, use: TapeUse) -> Finding:
    named = f"{place.asked} " if place.asked else f"interaction {index} "
    return Finding(
        code=Code.UNPLAYED,
        severity=Code.UNPLAYED.severity,
        message=f"{named}is on tape and was never played: {len(use.played)} of {use.interactions} interactions were",
        cassette=place.path,
        line=place.line,
        interaction=place.index,
        hint="Either the code no longer asks for it: take it off the tape, or record again. Or the test ends before "
        "it does: let the test check what was answered.",
    )
