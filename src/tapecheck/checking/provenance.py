"""Where cassettes came from, as the locks beside them say: too long ago, from elsewhere, or no longer true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tapecheck.cassettes import Provenance, Source, digest
from tapecheck.checking.check import FileResult
from tapecheck.checking.locks import Lock, Locks
from tapecheck.contracts import Contract, Contracts, lines_of_keys
from tapecheck.errors import CassetteError
from tapecheck.model import Code, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is asked of a recording.

    Attributes:
        today: the day from which its age counts, UTC; None for any age.
        require_live: whether the provider itself has to have answered.
    """

    today: date | None = None
    require_live: bool = False


class Origins:
    """Looks up where the cassettes of a run came from.

    Args:
        contracts: say how old a recording may be, and which version of the API they describe.
        policy: what is asked.
        own: folders of the project's own cassettes.
        paths: what is checked.
    """

    def __init__(self, contracts: Contracts, policy: Policy, own: Sequence[Path], paths: Sequence[Path]) -> None:
        self._contracts = contracts
        self._policy = policy
        self._paths = paths
        self._locks = Locks([*own, *paths])

    def trace(self, path: Path, result: FileResult) -> FileResult:
        """Add to a result where its cassette came from, and what is to be said of that."""
        contracts = [self._contracts.by_provider[name] for name in dict.fromkeys(name for name, _ in result.checked)]
        lock = self._locks.above(path)
        entry = None if lock is None else lock.entry(path)
        if entry is not None and entry.digest == _digest(path):
            found = self._of_entry(path, entry, contracts)
            return replace(result, source=entry.source, findings=(*result.findings, *found))
        return replace(result, findings=(*result.findings, *self._unproved(path, lock, entry, contracts)))

    def secret(self, path: Path) -> str | None:
        """Return the secret with which the deliveries of a cassette are signed, where its lock says one."""
        lock = self._locks.above(path)
        entry = None if lock is None else lock.entry(path)
        return None if entry is None else entry.secret

    def lost(self) -> Iterator[Finding]:
        """Yield what is to be said of the locks themselves, once all cassettes have been traced."""
        for path in self._paths:
            if path.is_dir():
                self._locks.within(path.resolve(), path)
        for lock in self._locks:
            if lock.problem:
                message, hint = f"the lock {lock.problem.message}", lock.problem.hint
                yield _finding(lock.path, message, hint, line=lock.problem.line or 1)
            yield from self._without_cassette(lock)

    def _without_cassette(self, lock: Lock) -> Iterator[Finding]:
        checked = [path.resolve() for path in self._paths]
        places = {name: lock.folder / name for name in lock.entries}
        wanted = [name for name, place in places.items() if any(map(place.is_relative_to, checked))]
        gone = [name for name in wanted if not places[name].exists()]
        lines = lines_of_keys(lock.path.read_text(encoding="utf-8")) if gone else {}
        for name in gone:
            message = f"the cassette {name!r}, which was recorded, is gone"
            hint = "Take it back from version control; if it is to go, delete its entry as well."
            yield _finding(lock.path, message, hint, line=lines.get((name,), 1))

    def _unproved(
        self, path: Path, lock: Lock | None, entry: Provenance | None, contracts: Sequence[Contract]
    ) -> Iterator[Finding]:
        if entry is not None:
            message = f"it is not what was recorded on {entry.date}: it was edited by hand, or half recorded"
            yield _finding(path, message, f"Take it back from version control, or {_again(contracts)}")
        elif lock is not None and lock.problem is None:
            message = f"{lock.path} has no entry of it, so nobody knows where it came from"
            yield _finding(path, message, _again(contracts))
        elif lock is None and self._policy.require_live:
            message = "no cassettes.lock says where it came from, where live is required"
            yield _finding(path, message, _again(contracts))

    def _of_entry(self, path: Path, entry: Provenance, contracts: Sequence[Contract]) -> Iterator[Finding]:
        if self._policy.require_live and entry.source is not Source.LIVE:
            message = f"recorded from a stand-in ({entry.source}) on {entry.date}, where live is required"
            yield _finding(path, message, _again(contracts))
        for contract in contracts:
            age = 0 if self._policy.today is None else (self._policy.today - entry.date).days
            if age > contract.max_age_days:
                message = (
                    f"recorded {age} days ago, on {entry.date}; {contract.provider} allows {contract.max_age_days}"
                )
                yield _finding(path, message, _again([contract]), code=Code.STALE)
        versions = {contract.version for contract in contracts}
        if contracts and entry.contract not in versions:
            described = " or ".join(sorted(map(repr, versions)))
            message = f"recorded for version {entry.contract!r} of the API; the contract describes {described}"
            yield _finding(path, message, _again(contracts), code=Code.STALE)


def _again(contracts: Sequence[Contract]) -> str:
    """Say how to get such a recording anew; what a provider only delivers cannot be asked for."""
    if contracts and not contracts[0].operations:
        return f"deliver it again: `tapecheck deliver {contracts[0].provider} EVENT --to URL --save PATH`."
    return f"record it again: `tapecheck record {contracts[0].provider if contracts else 'PROVIDER'}`."


def _digest(path: Path) -> str | None:
    try:
        return digest(path)
    except CassetteError:  # told already, as a cassette that cannot be read
        return None


def _finding(path: Path, message: str, hint: str | None, *, line: int = 1, code: Code = Code.PROVENANCE) -> Finding:
    sentence = None if hint is None else hint[:1].upper() + hint[1:]
    return Finding(code=code, severity=code.severity, message=message, cassette=str(path), line=line, hint=sentence)
