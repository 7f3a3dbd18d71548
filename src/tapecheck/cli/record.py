"""`tapecheck record`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.cassettes import Source
from tapecheck.checking import sound
from tapecheck.cli.ending import exit_on_signals
from tapecheck.cli.folders import contracts_folder
from tapecheck.errors import UsageError
from tapecheck.project import Project, find_project, working_directory
from tapecheck.reporting import render_text

if TYPE_CHECKING:
    from tapecheck.recording.job import Job

SOURCES = tuple(source.value for source in Source)


def record(options: argparse.Namespace) -> int:
    """Record a provider anew, and replace its cassettes if all is well.

    Returns:
        0 when all is well, 1 when a test failed or a finding of severity error speaks against the new cassettes.

    Raises:
        UsageError: something is missing, such as the key.
        ConfigurationError: a setting is wrong.
        ContractError: a contract is broken.
        CassetteError: a file cannot be read or written.
    """
    from tapecheck.recording import recorder
    from tapecheck.recording.wording import describe

    job = _job(options, find_project(working_directory()))
    with exit_on_signals():
        outcome = recorder.record(job, partial(_stand_in, job), _announce)
    if outcome.report is not None and outcome.report.findings:
        sys.stdout.write(render_text(outcome.report, color=sys.stdout.isatty()) + "\n")
    sys.stdout.write(describe(outcome, job))
    return int(outcome.failed)


def _job(options: argparse.Namespace, project: Project) -> Job:
    from tapecheck.recording.job import Job
    from tapecheck.serving import chosen

    folder = contracts_folder(options.contracts, project).absolute()
    contracts = sound(folder)
    chosen(contracts, [options.provider])
    tests = project.tests_of(options.provider)
    return Job(
        contract=contracts.by_provider[options.provider],
        contracts=contracts,
        contracts_folder=folder,
        root=project.root or working_directory(),
        tests=tests,
        cassettes=_cassettes(project),
        source=Source(options.source),
        base_url=options.base_url,
        today=datetime.now(UTC).date(),
        environment=os.environ,
        dry_run=options.dry_run,
        selection=project.selection(),
    )


def _cassettes(project: Project) -> Path:
    if not project.cassettes or project.cassettes[0].is_file():
        raise UsageError(
            "no setting `cassettes` names the folder to record into",
            hint='Set it under [tool.tapecheck] in pyproject.toml, such as cassettes = ["cassettes"].',
        )
    return project.cassettes[0]


@contextmanager
def _stand_in(job: Job) -> Iterator[str]:
    """Stand in for the provider with what has been recorded of it."""
    from tapecheck.serving import Server, StandIn, Tapes

    tapes = Tapes.load([job.cassettes] if job.cassettes.is_dir() else [], job.contracts)
    with Server(StandIn(job.contracts, tapes).answer) as server:
        yield f"{server.url}/{job.contract.provider}"


def _announce(step: str) -> None:
    print(f"tapecheck: {step}", file=sys.stderr, flush=True)
