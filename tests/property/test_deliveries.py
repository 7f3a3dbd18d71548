"""Deliveries that the providers publish keep our contracts, and their broken copies are found out.

`pytest -rP tests/property/test_deliveries.py` prints the shares.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from tapecheck.cassettes import write
from tapecheck.checking import Checker
from tapecheck.checking.delivery import is_delivery, read_delivery_of
from tapecheck.contracts import Contract, Contracts, Webhooks, load, sign
from tapecheck.model import Body, Code, Headers, Interaction, JSONValue, Request, Response, Severity, find
from tests.property.evidence import Evidence
from tests.property.field_mutations import field_plans
from tests.property.frames import dump
from tests.property.plan import OPTIONAL, Plan

ROOT = Path(__file__).parents[2]
DELIVERIES = Path(os.environ.get("TAPECHECK_DELIVERIES", ROOT.parent / "shared" / "deliveries"))
FULL = os.environ.get("TAPECHECK_MUTATIONS") == "full"

SECRET = "dGhpcyBpcyBhIHRlc3Q="
"""A secret of these tests, as text and as base64."""

ENOUGH, A_DELIVERY = 4, 8
"""So many deliveries of one form are evidence; without FULL, each is broken in so many ways."""

pytestmark = pytest.mark.skipif(not DELIVERIES.is_dir(), reason=f"there are no deliveries in {DELIVERIES}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A published delivery.

    Attributes:
        name: of its file.
        form: parts of one form are alike.
        part: what is broken: the object that the delivery is about, or all of it.
        interaction: how it is delivered.
        value: its body.
    """

    name: str
    form: str
    part: JSONValue
    interaction: Interaction
    value: JSONValue

    def with_part(self, part: JSONValue) -> bytes:
        """Return the body with another part."""
        if self.part is self.value or not isinstance(self.value, dict):
            return dump(part)
        data = self.value["data"]
        return dump({**self.value, "data": {**(data if isinstance(data, dict) else {}), "object": part}})


@cache
def contracts() -> Contracts:
    return load(ROOT / "contracts", lazily=True).contracts


def webhooks_of(provider: str) -> tuple[Contract, Webhooks]:
    contract = contracts().by_provider[provider]
    assert contract.webhooks is not None
    return contract, contract.webhooks


@cache
def samples(provider: str) -> tuple[Sample, ...]:
    found = sorted((DELIVERIES / provider).glob("*.json"))
    assert found, f"there are no deliveries of {provider}"
    return tuple(sample(provider, path, index) for index, path in enumerate(found))


def sample(provider: str, path: Path, index: int) -> Sample:
    """Sign a payload as its provider would, with the name of the event in the header if there is one for it."""
    _, webhooks = webhooks_of(provider)
    content, event = path.read_bytes(), path.name.partition(".")[0]
    named = tuple((place.header, event) for place in webhooks.name if place.header is not None)
    signed = sign(webhooks.signatures[0], SECRET, body=content, id=f"msg_{index}", timestamp=1_700_000_000)
    headers = Headers((("content-type", "application/json"), *named, *signed))
    request = Request(method="POST", uri="http://127.0.0.1:8000/hooks", headers=headers, body=Body(content=content))
    value: JSONValue = json.loads(content)
    about = next((found for _, found in find(value, ("data", "object"))), value)
    return Sample(
        name=path.name,
        form=event if not isinstance(about, dict) or about is value else str(about.get("object")),
        part=about,
        interaction=Interaction(index=index, line=1, request=request, response=Response(status=200)),
        value=value,
    )


@pytest.mark.parametrize("provider", ["github", "openai", "slack", "stripe", "svix"])
def test_published_deliveries_keep_the_contract(provider: str, tmp_path: Path) -> None:
    tape = tmp_path / "deliveries.yaml"
    write(tape, [one.interaction for one in samples(provider)], lambda request: is_delivery(contracts(), request))
    result = Checker(contracts(), secrets={provider: (SECRET,)}).check_file(tape, own=True)
    broken = [f"{one.code} {one.operation} {one.message}" for one in result.findings if one.code < "TC2"]
    assert broken == []
    assert (result.interactions, result.unmatched) == (len(samples(provider)), 0)
    assert {name for name, _ in result.checked} == {provider}
    assert all(operation.startswith("webhooks.") for _, operation in result.checked)


@pytest.mark.parametrize("provider", ["github", "stripe"])
def test_95_of_100_broken_copies_are_found_out(provider: str) -> None:
    checker, shares = Checker(contracts()), defaultdict[str, Counter[bool]](Counter)
    missed = []
    for one, plan in mutants(provider):
        caught = is_caught(checker, provider, one, plan.make())
        shares[plan.kind][caught] += 1
        missed += [] if caught else [f"{one.name}: {plan.kind} at {plan.place}"]
    for kind, counts in shares.items():
        sys.stdout.write(f"{provider} {kind}: {counts[True]} of {counts.total()}\n")
    sys.stdout.writelines(f"{line}\n" for line in missed)
    assert {kind: counts for kind, counts in shares.items() if counts[True] < 0.95 * counts.total()} == {}


def mutants(provider: str) -> Iterator[tuple[Sample, Plan]]:
    """Yield plans to break deliveries, always the same ones."""
    known = defaultdict[str, Evidence](lambda: Evidence(ENOUGH))
    for one in samples(provider):
        known[one.form].add(one.part)
    rng = random.Random(provider)
    for one in samples(provider):
        plans = list(filter(is_certain, field_plans(one.part, known[one.form], "", one.with_part)))
        plans.append(Plan("half a delivery", "", partial(half, dump(one.value))))
        rng.shuffle(plans)
        yield from ((one, plan) for plan in (plans if FULL else plans[:A_DELIVERY]))


def half(text: bytes) -> bytes:
    return text[: len(text) // 2]


def is_certain(plan: Plan) -> bool:
    """Tell whether what a plan does is a mistake wherever it is done."""
    return not plan.kind.endswith(OPTIONAL) and plan.kind in ("field gone", "wrong type", "half a delivery")


def is_caught(checker: Checker, provider: str, one: Sample, content: bytes) -> bool:
    request = replace(one.interaction.request, body=Body(content=content))
    delivery = read_delivery_of(*webhooks_of(provider), request)
    problems = checker.delivery_problems(delivery, replace(one.interaction, request=request))
    return any(problem.code.severity is Severity.ERROR or problem.code is Code.UNDECLARED_EVENT for problem in problems)
