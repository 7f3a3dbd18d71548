"""What a run of pytest is to check, and by which contracts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.errors import ConfigurationError
from tapecheck.project import Project, find_project

if TYPE_CHECKING:
    import pytest

    from tapecheck.contracts import Contracts


class Mode(StrEnum):
    """What becomes of findings."""

    OFF = "off"
    REPORT = "report"
    ENFORCE = "enforce"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run of pytest is to check.

    Attributes:
        mode: what becomes of findings.
        project: the settings of the project around the tests.
        root: of pytest, from where it and findings name files.
        record_mode: of the command line; None where it names none, or pytest-recording is not there.
    """

    mode: Mode
    project: Project
    root: Path
    record_mode: str | None = None

    @cached_property
    def contracts(self) -> Contracts:
        """Return the contracts, which are loaded when they are first needed.

        Raises:
            ContractError: one of them is broken.
        """
        from tapecheck.checking import sound
        from tapecheck.contracts import bundled_contracts

        return sound(self.project.contracts or bundled_contracts())


def is_worker(config: pytest.Config) -> bool:
    """Tell whether a process is a worker of pytest-xdist, which has no way to refuse to run."""
    return hasattr(config, "workerinput")


def read_settings(config: pytest.Config) -> Settings:
    """Read what the command line and pyproject.toml say.

    Raises:
        ConfigurationError: a setting in pyproject.toml is wrong.
    """
    named: str | None = config.getoption("tapecheck_contracts")
    try:
        project = find_project(config.rootpath)
    except ConfigurationError:
        if named != Mode.OFF:
            raise
        project = Project()  # nothing is to be checked by it
    default = Mode.REPORT if project.root is None else Mode.ENFORCE
    return Settings(
        mode=default if named is None else Mode(named),
        project=project,
        root=config.rootpath,
        record_mode=config.getoption("record_mode", None),
    )
