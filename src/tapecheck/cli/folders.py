"""Where contracts come from when nobody says so."""

from __future__ import annotations

from pathlib import Path

from tapecheck.contracts import bundled_contracts
from tapecheck.project import Project, relative_to_here


def contracts_folder(named: Path | None, project: Project) -> Path:
    """Return the folder of contracts: the one named on the command line, else the project's, else the bundled one."""
    if named is not None:
        return named
    if project.contracts is not None:
        return relative_to_here([project.contracts])[0]
    return bundled_contracts()
