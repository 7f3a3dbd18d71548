"""Many cassettes against the contracts, on several processors where that pays."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tapecheck.cassettes import Source, discover
from tapecheck.checking.check import Checker, FileResult, unreadable
from tapecheck.checking.delivery import check_secrets
from tapecheck.checking.provenance import Origins, Policy
from tapecheck.contracts import Contracts, bundled_contracts, load
from tapecheck.errors import CassetteError, TapecheckError
from tapecheck.model import Finding, OperationTotals, Report, Selection, Severity, Summary

_WORTH_A_POOL = 100
"""Files below this number are checked sooner than a pool of processes starts."""

_CHUNK = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to check.

    Attributes:
        paths: files and folders.
        contracts: the folder that holds a folder for each provider.
        own: folders whose cassettes are the project's own.
        engine: a key of `ENGINES`.
        jobs: how many processes at most; 0 for one a processor.
        selection: which findings count.
        policy: how old a recording may be, and from whom it has to be.
        secrets: with which each provider signs its deliveries.
    """

    paths: tuple[Path, ...]
    contracts: Path
    own: tuple[Path, ...] = ()
    engine: str = "jsonschema-rs"
    jobs: int = 0
    selection: Selection = field(default_factory=Selection)
    policy: Policy = field(default_factory=Policy)
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Progress = Callable[[int, int], None]
"""Called with the number of files that are done and the number of all."""


def run(request: Request, progress: Progress = lambda done, total: None) -> Report:
    """Check every cassette.

    Raises:
        ContractError: a contract is broken.
        ConfigurationError: a secret is not of the form that its provider's contract says.
        TapecheckError: a process of the pool died.
    """
    contracts = sound(request.contracts)
    check_secrets(contracts, request.secrets)
    found = list(discover(request.paths))
    paths = [one for one in found if isinstance(one, Path)]
    lost = [FileResult(findings=(_lost(one),)) for one in found if not isinstance(one, Path)]
    results = list(lost)
    origins = Origins(contracts, request.policy, request.own, request.paths)
    tasks = [_Task(path=path, own=_is_own(path, request.own), secret=origins.secret(path)) for path in paths]
    for path, result in zip(paths, _results(tasks, request, contracts), strict=True):
        results.append(origins.trace(path, result))
        progress(len(results) - len(lost), len(paths))
    findings = [finding for result in results for finding in result.findings]
    return _report(results, _in_order([*findings, *origins.lost()], found), request.selection)


def sound(folder: Path) -> Contracts:
    """Load the contracts of a folder; of those that come with tapecheck the schemas are read when they are needed.

    Raises:
        ContractError: one of them is broken; the first mistake, whose hint tells of the others.
    """
    loaded = load(folder, lazily=folder.resolve() == bundled_contracts().resolve())  # those are sound, as tests say
    if not loaded.problems:
        return loaded.contracts
    first, *others = loaded.problems
    if others:
        more = (
            f"There {'is 1' if len(others) == 1 else f'are {len(others)}'} more: `tapecheck lint {folder}` lists all."
        )
        first.hint = f"{first.hint}\n  {more}" if first.hint else more
    raise first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """The arguments of `Checker.check_file`."""

    path: Path
    own: bool
    secret: str | None

    def result(self, checker: Checker) -> FileResult:
        """Check the file."""
        return checker.check_file(self.path, own=self.own, secret=self.secret)


def _results(tasks: Sequence[_Task], request: Request, contracts: Contracts) -> Iterator[FileResult]:
    jobs = min(request.jobs or os.cpu_count() or 1, len(tasks) // _CHUNK + 1)
    if jobs < 2 or (not request.jobs and len(tasks) < _WORTH_A_POOL):
        checker = Checker(contracts, request.engine, request.secrets)
        yield from (task.result(checker) for task in tasks)
        return
    means = request.contracts, request.engine, tuple(sorted(request.secrets.items()))
    work = [(task, means) for task in tasks]
    try:
        with ProcessPoolExecutor(jobs) as pool:
            yield from pool.map(_check_in_worker, work, chunksize=_CHUNK)
    except BrokenProcessPool as error:
        raise TapecheckError(
            f"one of {jobs} processes died, as it does when memory runs out",
            hint="Check with --jobs 1, which takes the least memory.",
        ) from error


_Means = tuple[Path, str, tuple[tuple[str, tuple[str, ...]], ...]]
"""What a worker makes its checker of: the folder of contracts, the engine, the secrets of each provider."""


def _check_in_worker(work: tuple[_Task, _Means]) -> FileResult:
    task, means = work
    return task.result(_checker(*means))


@lru_cache(maxsize=1)
def _checker(contracts: Path, engine: str, secrets: tuple[tuple[str, tuple[str, ...]], ...]) -> Checker:
    """Return this worker's checker; compiled schemas cannot travel between processes."""
    return Checker(sound(contracts), engine, dict(secrets))


def _is_own(path: Path, own: Iterable[Path]) -> bool:
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in own)


def _lost(error: CassetteError) -> Finding:
    return unreadable(error.path or Path(), error)


def _in_order(findings: Iterable[Finding], found: Iterable[Path | CassetteError]) -> list[Finding]:
    """Sort by file, as they were found and locks behind them, and by line within a file."""
    files = [str(one if isinstance(one, Path) else one.path or Path()) for one in found]
    known = list(findings)
    names = dict.fromkeys([*files, *(finding.cassette for finding in known)])
    rank = {name: number for number, name in enumerate(names)}
    return sorted(known, key=lambda finding: (rank[finding.cassette], finding.line))


def _report(results: Sequence[FileResult], found: Sequence[Finding], selection: Selection) -> Report:
    findings = tuple(selection.apply(found))
    sources = Counter(result.source for result in results)
    by_severity = Counter(finding.severity for finding in findings)
    return Report(
        summary=Summary(
            cassettes=len(results),
            interactions=sum(result.interactions for result in results),
            checked=sum(len(result.checked) for result in results),
            unmatched=sum(result.unmatched for result in results),
            errors=by_severity[Severity.ERROR],
            warnings=by_severity[Severity.WARNING],
            live=sources[Source.LIVE],
            sandbox=sources[Source.SANDBOX],
        ),
        findings=findings,
        operations=tuple(_totals(results, findings)),
    )


def _totals(results: Sequence[FileResult], findings: Sequence[Finding]) -> Iterator[OperationTotals]:
    interactions = Counter(one for result in results for one in result.checked)
    weights = Counter((finding.provider, finding.operation, finding.severity) for finding in findings)
    for provider, operation in sorted(interactions):
        yield OperationTotals(
            provider=provider,
            operation=operation,
            interactions=interactions[provider, operation],
            errors=weights[provider, operation, Severity.ERROR],
            warnings=weights[provider, operation, Severity.WARNING],
        )
