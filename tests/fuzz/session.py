"""All campaigns, one after the other, on the same servers."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hypothesis.errors import HypothesisDeprecationWarning

from backend import logs
from tests.fuzz.campaign import Campaign, run
from tests.fuzz.outside import Outside
from tests.fuzz.report import show_tally
from tests.fuzz.service import Servers, running_servers, running_service
from tests.fuzz.tally import Failure, Tally

if TYPE_CHECKING:
    from rich.console import Console


def fuzz(console: Console, seed: int, examples: int) -> Sequence[Tally]:
    """Fuzz the service while all is well outside of it, then while much fails; print and return what came of it."""
    logs.configure(logging.ERROR)
    # Durable work, in a thread of its own, draws from `random` while examples are generated.
    warnings.filterwarnings("ignore", "Do not use the `random` module", HypothesisDeprecationWarning)
    campaigns = (
        Campaign(title="all is well outside", guarded=True, faulty=False, examples=examples, seed=seed),
        Campaign(title="much fails outside", guarded=False, faulty=True, examples=examples, seed=seed),
    )
    tallies: list[Tally] = []
    with running_servers() as servers:
        for campaign in campaigns:
            tally = _tally(console, campaign, servers)
            tally.failures += _gaps(campaign, tally)
            show_tally(console, campaign, tally)
            tallies.append(tally)
    return tallies


def _tally(console: Console, campaign: Campaign, servers: Servers) -> Tally:
    outside = Outside(campaign.seed, servers.stand_in, faulty=campaign.faulty)
    with running_service(servers, outside, guarded=campaign.guarded) as app, _progress(console) as shown:
        return run(campaign, app, outside.clock, shown)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str], object]]:
    """Give a function that shows on a terminal how far it is, and says nothing elsewhere."""
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield status.update


def _gaps(campaign: Campaign, tally: Tally) -> Iterator[Failure]:
    """Tell of operations that were not asked enough, or not in a way that reached what they do."""
    for operation in tally.operations:
        generated = tally.phases["fuzzing", operation]
        if generated < campaign.examples:
            detail = f"expected {campaign.examples} generated examples, got {generated}"
            yield Failure(operation=operation, title="too few examples", detail=detail)
        if not tally.answers_of(operation, 2):
            yield Failure(operation=operation, title="never a success", detail="expected some answer of status 2xx")
