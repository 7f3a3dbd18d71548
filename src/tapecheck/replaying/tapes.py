"""Cassettes that are open while tests run."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Final

from tapecheck.replaying.ledger import TapeUse
from tapecheck.replaying.places import count
from tapecheck.replaying.recorder import VcrCassette, VcrRequest, VcrResponse, files_of, record_mode

_ALL: Final = "all"
"""The record mode in which nothing is played."""


@dataclass(slots=True, kw_only=True)
class Tape:
    """A cassette that vcrpy has loaded.

    Attributes:
        cassette: itself.
        paths: of the files that it was loaded from, absolute.
        loaded: how many interactions came from them.
        mode: the record mode.
        protected: whether it only replays.
        played: which interactions the running test has played.
        open: whether it answers.
        shared: whether it was opened before the running test, and is for several.
    """

    cassette: VcrCassette
    paths: tuple[Path, ...]
    loaded: int
    mode: str
    protected: bool
    played: set[int] = field(default_factory=set)
    open: bool = True
    shared: bool = False

    @classmethod
    def of(cls, cassette: VcrCassette, loaded: int) -> Tape:
        """Take note of a cassette of which so many interactions came from its files."""
        return cls(
            cassette=cassette,
            paths=files_of(cassette),
            loaded=loaded,
            mode=record_mode(cassette.record_mode),
            protected=cassette.write_protected,
        )

    @property
    def uses(self) -> list[TapeUse]:
        """Return what the running test has played of each of its files; of none, where nobody knows which it was."""
        counts = [self.loaded] if len(self.paths) == 1 else [count(path) for path in self.paths]
        if self.mode == _ALL or sum(counts) != self.loaded:
            return [TapeUse(path=path, interactions=0, played=frozenset()) for path in self.paths]
        starts = accumulate(counts, initial=0)
        return [
            TapeUse(path=path, interactions=many, played=frozenset(range(many)) & {one - start for one in self.played})
            for path, many, start in zip(self.paths, counts, starts)  # noqa: B905 - the last one starts nothing
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """An interaction that was played.

    Attributes:
        tape: from which.
        index: of the interaction, in the order of loading.
        sent: the request, as the client has sent it.
        filtered: the same as it would have been written; None where it would not have been.
        transport: what it went through, where that runs code in this process.
    """

    tape: Tape
    index: int
    sent: VcrRequest
    filtered: VcrRequest | None
    transport: str | None

    @property
    def stored(self) -> VcrRequest:
        """Return the request on tape."""
        return self.tape.cassette.data[self.index][0]

    @property
    def response(self) -> VcrResponse:
        """Return the response on tape."""
        return self.tape.cassette.data[self.index][1]
