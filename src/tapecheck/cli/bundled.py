"""Where contracts come from when nobody says so."""

from __future__ import annotations

from pathlib import Path

import tapecheck
from tapecheck.cli.project import Project, relative_to_here


def contracts_folder(named: Path | None, project: Project) -> Path:
    """Return the folder of contracts: the one named on the command line, else the project's, else the bundled one."""
    if named is not None:
        return named
    if project.contracts is not None:
        return relative_to_here([project.contracts])[0]
    return bundled_contracts()


def bundled_contracts() -> Path:
    """Return the folder of the contracts that come with tapecheck: in the wheel, or in the checkout around it."""
    package = Path(tapecheck.__file__).parent
    installed = package / "_contracts"
    return installed if installed.is_dir() else package.parents[1] / "contracts"
