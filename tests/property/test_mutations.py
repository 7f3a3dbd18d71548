"""Broken copies of recordings are found out: at least 99 of 100 of each kind.

`pytest -rP tests/property/test_mutations.py` prints the table. `TAPECHECK_MUTATIONS=full` breaks every recording in
every way, for use by hand: that takes an hour.
"""

from __future__ import annotations

import os
import random
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.checking import Checker
from tapecheck.contracts import Contracts, load
from tests.property.corpus import Outcome, Sample, Verdict, gather, judge, outcomes, samples
from tests.property.mutations import Knowledge, make, plans
from tests.property.plan import OPTIONAL, UNSEEN, Plan

ROOT = Path(__file__).parents[2]
RECORDINGS = Path(os.environ.get("TAPECHECK_RECORDINGS", ROOT.parent / "shared" / "recordings"))
FULL = os.environ.get("TAPECHECK_MUTATIONS") == "full"

ONE_OF, A_GROUP, A_KIND = 3, 60, 1
"""Without FULL: one of so many cassettes is read, so many of each operation are broken, once in each way."""

DRIFT = frozenset({"wrong variant", "wrong value of a set that grows"})
"""What a provider may add any day: a warning is right."""

TOLD_APART = frozenset({"one gone", f"null{OPTIONAL}", f"wrong constant{OPTIONAL}"})
"""What need not be broken: text with a piece less, null where the provider allows it but no recording has it, …"""

ESSENTIAL = frozenset({
    "choices", "content_block", "created", "created_at", "data", "delta", "embedding", "embeddings", "error",
    "finish_reason", "id", "message", "model", "modelVersion", "object", "output", "output_index", "promptTokenCount",
    "response", "role", "totalTokenCount", "totalTokens", "type", "usageMetadata",
})  # fmt: skip
CONSTANT = frozenset({"object", "role", "type"})
"""Names of fields that are essential, and constant, wherever our few cassettes always have them."""

ALSO_TEXT = frozenset({"embedding -> string"})
"""Fields that may be of a type that our cassettes never show."""


@cache
def contracts() -> Contracts:
    return load(ROOT / "contracts").contracts


@cache
def checker() -> Checker:
    return Checker(contracts())


@cache
def own() -> tuple[Sample, ...]:
    found = tuple(samples(ROOT / "cassettes", contracts()))
    return tuple(one for one in found if judge(checker(), one.match, one.interaction) != "error")


@cache
def own_knowledge() -> dict[tuple[str, str], Knowledge]:
    return gather(own(), enough=1)


def asserted(kind: str) -> bool:
    return not kind.endswith(UNSEEN) and kind not in TOLD_APART


def is_certain(plan: Plan) -> bool:
    """Tell whether a plan breaks one of our own cassettes, which are too few to be evidence."""
    name = plan.place.rpartition("/")[2]
    if plan.kind in ("field gone", "null"):
        return name in ESSENTIAL
    if plan.kind == "wrong type" and name in ALSO_TEXT:
        return False
    return asserted(plan.kind) and (plan.kind != "wrong constant" or name in CONSTANT) and plan.kind not in DRIFT


def is_caught(kind: str, verdict: Verdict) -> bool:
    return verdict == "error" or (verdict == "warning" and kind in DRIFT)


@given(data=st.data())
def test_every_broken_copy_of_our_own_cassettes_is_found_out(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(own()))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    certain = [one for one in plans(sample.body, own_knowledge()[sample.group], rng) if is_certain(one)]
    mutant = make(sample.interaction, data.draw(st.sampled_from(certain)))
    if mutant is not None:
        verdict = judge(checker(), sample.match, mutant.interaction)
        assert is_caught(mutant.kind, verdict), f"{sample.path.relative_to(ROOT)}: {mutant.kind} at {mutant.place}"


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"there are no recordings in {RECORDINGS}")
def test_99_of_100_broken_copies_of_real_recordings_are_found_out() -> None:
    found = list(samples(RECORDINGS / "cassettes", contracts(), 1 if FULL else ONE_OF))
    known = gather(found)
    results = [
        outcome
        for seed, sample in chosen(found)
        for outcome in outcomes(checker(), sample, known[sample.group], None if FULL else A_KIND, seed)
    ]
    sys.stdout.writelines(f"{line}\n" for line in table(results))
    assert {kind: share for kind, share in shares(results).items() if asserted(kind) and share < 0.99} == {}


def chosen(found: Iterable[Sample]) -> Iterator[tuple[int, Sample]]:
    """Yield the recordings to be broken, always the same ones, each with a number of its own."""
    groups: defaultdict[tuple[object, ...], list[tuple[int, Sample]]] = defaultdict(list)
    for sample in found:
        text = f"{sample.path.relative_to(RECORDINGS)} {sample.interaction.index}"
        groups[*sample.group, type(sample.body)].append((zlib.crc32(text.encode()), sample))
    for group in groups.values():
        group.sort(key=lambda one: one[0])
        yield from group if FULL else group[:A_GROUP]


def shares(results: Iterable[Outcome]) -> dict[str, float]:
    """Return how many mutants of each kind are found out, of 1."""
    total, caught = Counter[str](), Counter[str]()
    for one in results:
        total[one.kind] += 1
        caught[one.kind] += is_caught(one.kind, one.verdict)
    return {kind: caught[kind] / count for kind, count in total.items()}


def table(results: Iterable[Outcome]) -> Iterator[str]:
    """Yield the lines of a table: for each kind, provider and operation the mutants, and the share found out."""
    counts: defaultdict[tuple[str, str, str], Counter[Verdict]] = defaultdict(Counter)
    for one in results:
        counts[one.kind, "all", ""][one.verdict] += 1
        counts[one.kind, one.provider, one.operation][one.verdict] += 1
    yield f"{'kind':32} {'provider':10} {'operation':22} {'mutants':>8} {'errors':>8} {'+ drift':>8}"
    for (kind, provider, operation), verdicts in sorted(counts.items()):
        total, errors = verdicts.total(), verdicts["error"]
        drift = errors + verdicts["warning"]
        yield f"{kind:32} {provider:10} {operation:22} {total:8} {errors / total:8.2%} {drift / total:8.2%}"
