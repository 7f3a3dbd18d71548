"""`tapecheck lint`."""

from __future__ import annotations

import argparse
import sys

from tapecheck.cli.folders import contracts_folder
from tapecheck.contracts import Contracts, load
from tapecheck.project import find_project, working_directory
from tapecheck.reporting import counted


def lint(options: argparse.Namespace) -> int:
    """Check the contracts themselves.

    Returns:
        0 for sound contracts, 2 for broken ones: a broken contract is not a broken recording.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    folder = contracts_folder(options.contracts, find_project(working_directory()))
    loaded = load(folder)
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    if loaded.problems:
        print(f"{folder}: {counted(len(loaded.problems), 'mistake')}", file=sys.stderr)
        return 2
    print(f"{folder}: {_inventory(loaded.contracts)}")
    return 0


def _inventory(contracts: Contracts) -> str:
    operations = sum(len(contract.operations) for contract in contracts)
    counts = ((len(contracts), "contract"), (operations, "operation"), (len(contracts.schemas), "schema"))
    return f"{', '.join(counted(number, noun) for number, noun in counts)}: no mistakes"
