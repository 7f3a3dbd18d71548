"""Recorded interactions with what they are known to agree on, and whether their broken copies are found out."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zlib import crc32

from tapecheck.cassettes import discover, read
from tapecheck.checking import Checker
from tapecheck.contracts import Contracts, Match
from tapecheck.errors import CassetteError
from tapecheck.model import Interaction, JSONValue, Side
from tests.property.evidence import ENOUGH, Course, Evidence, event_kind
from tests.property.frames import Document, Stream, take_apart
from tests.property.mutations import DOCUMENT, Knowledge, make, plans

Verdict = Literal["error", "warning", "nothing"]


@dataclass(frozen=True, slots=True)
class Sample:
    """An interaction on tape, its operation, and its response taken apart."""

    path: Path
    match: Match
    interaction: Interaction
    body: Document | Stream

    @property
    def group(self) -> tuple[str, str]:
        """Return the provider, and the operation or, as these look alike for all of them, `error`."""
        operation = self.match.operation.name if self.interaction.response.status < 300 else "error"
        return self.match.contract.provider, operation


@dataclass(frozen=True, slots=True)
class Outcome:
    """A mutant and what the checker said of it."""

    provider: str
    operation: str
    kind: str
    place: str
    verdict: Verdict


@dataclass(slots=True)
class _Gathered:
    enough: int
    forms: dict[str, Evidence] = field(default_factory=dict)
    course: Course = field(default_factory=Course)

    def add(self, form: str, value: JSONValue) -> None:
        """Count one body or event."""
        self.forms.setdefault(form, Evidence(self.enough)).add(value)


def samples(folder: Path, contracts: Contracts, one_of: int = 1) -> Iterator[Sample]:
    """Yield the interactions of readable cassettes that fall under a contract and have a body.

    Args:
        folder: is searched for cassettes.
        contracts: tell the operations.
        one_of: one of so many cassettes is read, always the same ones.
    """
    for path in discover([folder]):
        if one_of > 1 and isinstance(path, Path) and crc32(str(path.relative_to(folder)).encode()) % one_of:
            continue
        try:
            cassette = read(path) if isinstance(path, Path) else None
        except CassetteError:
            continue
        for interaction in cassette.interactions if cassette else ():
            match = contracts.match(interaction.request.method, interaction.request.uri)
            if isinstance(match, Match):
                stream = match.operation.stream
                body = take_apart(interaction, streamed=stream is not None and stream.asked_by is None)
                if isinstance(body, Document) or (isinstance(body, Stream) and body.frames):
                    assert isinstance(path, Path)
                    yield Sample(path, match, interaction, body)


def gather(found: Iterable[Sample], enough: int = ENOUGH) -> dict[tuple[str, str], Knowledge]:
    """Learn what the recordings agree on, by `Sample.group`; with fewer samples than `enough` they agree on nothing."""
    known: defaultdict[tuple[str, str], _Gathered] = defaultdict(lambda: _Gathered(enough))
    for sample in found:
        group = known[sample.group]
        if isinstance(sample.body, Document):
            group.add(DOCUMENT, sample.body.value)
            continue
        kinds = [event_kind(frame.value) for frame in sample.body.frames]
        group.course.add(kinds)
        for kind, frame in zip(kinds, sample.body.frames, strict=True):
            if isinstance(frame.value, dict):
                group.add(kind, frame.value)
    return {name: Knowledge(group.forms, group.course) for name, group in known.items()}


def judge(checker: Checker, match: Match, interaction: Interaction) -> Verdict:
    """Check one interaction; only what is said of the response counts, and the first error is enough."""
    warned = False
    for problem in checker.problems(match, interaction):
        if problem.side is Side.RESPONSE:
            if problem.code.startswith("TC1"):
                return "error"
            warned = warned or problem.code.startswith("TC2")
    return "warning" if warned else "nothing"


def outcomes(checker: Checker, sample: Sample, known: Knowledge, per_kind: int | None, seed: int) -> Iterator[Outcome]:
    """Yield what becomes of the mutants of one interaction; none if it is broken from the start.

    Args:
        checker: has the contracts.
        sample: the original.
        known: what the recordings of its group agree on.
        per_kind: of each kind no more than this; None for all.
        seed: chooses them, and positions.
    """
    before = judge(checker, sample.match, sample.interaction)
    if before == "error":
        return
    rng = random.Random(seed)
    everything = plans(sample.body, known, rng)
    rng.shuffle(everything)
    taken: Counter[str] = Counter()
    for plan in everything:
        if per_kind is not None and taken[plan.kind] >= per_kind:
            continue
        mutant = make(sample.interaction, plan)
        if mutant is not None:
            taken[plan.kind] += 1
            verdict = judge(checker, sample.match, mutant.interaction)
            verdict = "nothing" if verdict == before else verdict
            yield Outcome(*sample.group, plan.kind, plan.place, verdict)
