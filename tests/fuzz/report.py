"""What a run of all campaigns prints in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.table import Table

from tests.fuzz.branches import Reached
from tests.fuzz.campaign import Campaign
from tests.fuzz.tally import Failure, Tally

if TYPE_CHECKING:
    from rich.console import Console

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
STATUSES: Final = (2, 3, 4, 5)


def show_tally(console: Console, campaign: Campaign, tally: Tally) -> None:
    """Print a line for each operation."""
    table = Table(title=f"{campaign.title} (seed {campaign.seed})", title_justify="left", box=None)
    table.add_column("operation")
    for name in (*PHASES, "cases", *(f"{hundreds}xx" for hundreds in STATUSES), "failures"):
        table.add_column(name, justify="right")
    for operation in tally.operations:
        table.add_row(
            operation,
            *(str(tally.phases[phase, operation]) for phase in PHASES),
            str(tally.cases_of(operation)),
            *(str(tally.answers_of(operation, hundreds)) for hundreds in STATUSES),
            str(sum(failure.operation == operation for failure in tally.failures)),
        )
    console.print(table)


def show_failures(console: Console, failures: Sequence[Failure]) -> None:
    """Print each failure with the request that shows it."""
    for failure in failures:
        console.print(f"\n[bold red]{escape(failure.operation)}[/] {escape(failure.title)}")
        for text in filter(None, (failure.detail, failure.request, failure.answer)):
            console.print(escape(text), soft_wrap=True)


def show_branches(console: Console, found: Sequence[Reached]) -> None:
    """Print the share of the branches that were reached, package by package."""
    table = Table(title="branches in backend/", title_justify="left", box=None)
    table.add_column("package")
    for name in ("reached", "of", "share"):
        table.add_column(name, justify="right")
    for each in found:
        if each.total:
            table.add_row(each.package, str(each.reached), str(each.total), f"{each.reached / each.total:.0%}")
    console.print(table)


def summary(tallies: Sequence[Tally], found: Sequence[Reached]) -> str:
    """Return all of it in a line."""
    operations = {operation for tally in tallies for operation in tally.operations}
    cases = sum(tally.cases for tally in tallies)
    failures = sum(len(tally.failures) for tally in tallies)
    reached, total = sum(each.reached for each in found), sum(each.total for each in found)
    return (
        f"{len(operations)} operations, {cases} cases, {failures} failures; "
        f"{reached / total:.1%} of the {total} branches in backend/ reached"
    )
