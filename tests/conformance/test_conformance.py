"""Every false green is green without the plugin and red with it, and every honest test stays as it is.

The cases are in `cases/`. `case.py` says how a case tells what must come of it, and `group.py` how cases are grouped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tests.conformance.case import Case, Side, codes
from tests.conformance.group import groups
from tests.conformance.running import Outcome, Run, run

GROUPS = groups()
CASES = [pytest.param(name, case, id=f"{name}-{case.path}") for name, group in GROUPS.items() for case in group.cases()]
SIDES: tuple[Side, ...] = ("without", "with")
WORKERS = ("-p", "xdist", "-n", "2", "--dist", "loadfile")
"""A file stays with one worker: what some cases are about is one test after the other."""

Runs = Callable[..., Run]
of_all_cases = pytest.mark.parametrize(("group", "case"), CASES)
of_all_groups = pytest.mark.parametrize("group", GROUPS)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Run a group without the plugin or with it, once."""

    @functools.cache
    def run_once(group: str, side: Side, *options: str) -> Run:
        folder = tmp_path_factory.mktemp("conformance") / group
        return run(GROUPS[group], folder, (*GROUPS[group].command(side), *options))

    return run_once


def wrong(case: Case, ran: Run, side: Side) -> list[str]:
    """Return what came otherwise than the header of a case says."""
    outcomes = ran.of_file(case.path)
    absent = [name for name in case.tests if not any(one.partition("[")[0] == name for one in outcomes)]
    seen = {**outcomes, **{name: Outcome(word="absent", text="") for name in absent}}
    return [
        f"{name}: expected {expected} {side} the plugin, got {outcome.word}\n{outcome.text}"
        for name, outcome in seen.items()
        if not outcome.is_as(expected := case.expected(side, name))
    ]


def unsaid(case: Case, ran: Run, *keys: str) -> list[str]:
    """Return what the failures of a case should have said and did not."""
    texts = [outcome.text for outcome in ran.of_file(case.path).values() if outcome.word not in {"passed", "skipped"}]
    wanted = [value for key in keys for value in case.values(key)]
    return [f"expected {value!r} in:\n{text}" for value in wanted for text in texts if value not in text]


@of_all_cases
def test_a_case_without_the_plugin(runs: Runs, group: str, case: Case) -> None:
    ran = runs(group, "without")
    problems = wrong(case, ran, "without") + unsaid(case, ran, "says")
    assert not problems, "\n".join(problems)


@of_all_cases
def test_a_case_with_the_plugin(runs: Runs, group: str, case: Case) -> None:
    ran = runs(group, "with")
    problems = wrong(case, ran, "with") + unsaid(case, ran, "says", "says with")
    assert not problems, "\n".join(problems)
    assert ran.summary(case.path) == codes(" ".join(case.values("summary"))), ran.section


@of_all_groups
@pytest.mark.parametrize("side", SIDES)
def test_how_a_group_ends(runs: Runs, group: str, side: Side) -> None:
    ran = runs(group, side)
    assert ran.status == GROUPS[group].status[side], ran.printed


def test_workers_find_the_same(runs: Runs) -> None:
    alone, shared = runs("enforced", "with"), runs("enforced", "with", *WORKERS)
    assert shared.verdicts() == alone.verdicts()
    assert sorted(shared.section.splitlines()) == sorted(alone.section.splitlines())


def test_there_are_enough_cases() -> None:
    honest = [case for group in GROUPS.values() for case in group.cases() if case.values("with") == ["passed"]]
    assert len(CASES) >= 40
    assert len(honest) >= len(CASES) // 3
