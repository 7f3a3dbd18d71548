"""`tapecheck check`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tapecheck.checking import ENGINES, Policy, Request, run
from tapecheck.cli.ending import exit_on_signals
from tapecheck.cli.folders import contracts_folder
from tapecheck.cli.progress import shown_progress
from tapecheck.errors import UsageError
from tapecheck.model import Report, Selection, unknown_codes
from tapecheck.project import Project, find_project, relative_to_here, working_directory
from tapecheck.reporting import render_json, render_text

FORMATS: Mapping[str, Callable[[Report], str]] = {"json": render_json, "text": render_text}
ENGINE_NAMES = tuple(ENGINES)


def check(options: argparse.Namespace) -> int:
    """Check cassettes against contracts.

    Raises:
        UsageError: there is nothing to check, or the report cannot be written.
        ConfigurationError: a setting is wrong.
        ContractError: a contract is broken.
    """
    project = find_project(working_directory())
    paths = tuple(options.paths) or relative_to_here(project.cassettes)
    if not paths:
        raise UsageError(
            "no path is given, and no pyproject.toml above names any",
            hint="Name files or folders, or set `cassettes` under [tool.tapecheck].",
        )
    with exit_on_signals(), shown_progress() as progress:
        report = run(
            Request(
                paths=paths,
                contracts=contracts_folder(options.contracts, project),
                own=project.cassettes,
                engine=options.engine,
                jobs=options.jobs,
                selection=_selection(options, project),
                policy=Policy(today=datetime.now(UTC).date(), require_live=options.require_live),
                secrets=project.webhook_secrets,
            ),
            progress,
        )
    if not report.summary.cassettes:
        raise UsageError(
            f"no cassette is in {', '.join(map(str, paths))}", hint="Looked for are *.yaml, *.yml, *.json and *.har."
        )
    _write(report, options)
    return int(report.failed)


def _selection(options: argparse.Namespace, project: Project) -> Selection:
    for option, codes in (("--select", options.select), ("--ignore", options.ignore)):
        if unknown := unknown_codes(codes or ()):
            raise UsageError(f"{option}: {unknown[0]!r} is no code of a finding", hint="`tapecheck rules` lists them.")
    return project.selection(select=options.select, ignore=options.ignore, strict=options.strict)


def _write(report: Report, options: argparse.Namespace) -> None:
    if options.output is None:
        color = options.format == "text" and sys.stdout.isatty()
        text = render_text(report, color=True) if color else FORMATS[options.format](report)
        sys.stdout.write(text)
        return
    try:
        options.output.write_text(FORMATS[options.format](report), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error.strerror}", path=options.output) from error
