"""What came of a recording, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tapecheck.recording.job import Change, Job, Kind, Outcome

_REMARKS = {Kind.KEPT: "no test recorded it this time"}


def describe(outcome: Outcome, job: Job) -> str:
    """Return the text that sums up a recording."""
    return "".join(f"{line}\n" for line in _lines(outcome, job))


def _lines(outcome: Outcome, job: Job) -> Iterator[str]:
    if not outcome.passed:
        yield from outcome.tests.rstrip().splitlines()
        yield ""
        yield f"{job.contract.provider}: not every test passed, so nothing was replaced"
        return
    for change in outcome.changes:
        yield from _of_change(change)
    counts = Counter(change.kind for change in outcome.changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
    yield f"{job.contract.provider}, recorded {outcome.source}: {told}"
    if outcome.source is not job.source:
        yield f"(not {job.source}: {job.base_url} is no host of {job.contract.provider} over https)"
    yield _end(outcome)


def _of_change(change: Change) -> Iterator[str]:
    if change.kind is Kind.UNCHANGED:
        return
    remark = _REMARKS.get(change.kind)
    yield f"{change.kind:9} {change.name}{f' ({remark})' if remark else ''}"
    yield from (f"          {difference}" for difference in change.differences)


def _end(outcome: Outcome) -> str:
    if outcome.replaced:
        same = all(change.kind in (Kind.UNCHANGED, Kind.KEPT) for change in outcome.changes)
        return "nothing changed but the lock" if same else "the new cassettes are in place"
    return "nothing was replaced, as these are errors" if outcome.failed else "dry run: nothing was replaced"
