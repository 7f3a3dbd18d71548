"""What is to be recorded, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from tapecheck.cassettes import Source
from tapecheck.contracts import Contract, Contracts
from tapecheck.model import Report, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be recorded.

    Attributes:
        contract: that of the provider.
        contracts: all of them.
        contracts_folder: where they were read from.
        root: where the tests are run.
        tests: file or folder of the provider's tests.
        cassettes: the folder of all cassettes, with the lock.
        source: who is to answer.
        base_url: whom to ask in place of the provider's host, or of a stand-in that is started for the purpose.
        today: the day of the recording, UTC.
        environment: the variables that the tests get.
        dry_run: whether to stop before anything is replaced.
        selection: which findings count.
    """

    contract: Contract
    contracts: Contracts
    contracts_folder: Path
    root: Path
    tests: Path
    cassettes: Path
    source: Source
    base_url: str | None
    today: date
    environment: Mapping[str, str]
    dry_run: bool
    selection: Selection


class Kind(StrEnum):
    """What a recording means for a cassette."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a recording means for one cassette.

    Attributes:
        name: its path from the folder of cassettes.
        kind: `kept` is one that no test has recorded this time; it stays as it is.
        differences: in words, for one that changed.
    """

    name: str
    kind: Kind
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a recording.

    Attributes:
        source: what the lock says of who answered.
        tests: what pytest printed.
        passed: whether every test passed; if not, nothing else was looked at.
        report: what the check of the new cassettes found.
        changes: by the names of the cassettes.
        replaced: whether the new cassettes are in place.
    """

    source: Source
    tests: str
    passed: bool
    report: Report | None = None
    changes: tuple[Change, ...] = ()
    replaced: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the new cassettes must not be used."""
        return not self.passed or (self.report is not None and self.report.failed)


Announce = Callable[[str], None]
"""Called with each step before it is taken."""
