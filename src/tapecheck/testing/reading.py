"""Contracts, read once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tapecheck.checking import sound
from tapecheck.contracts import Contracts, bundled_contracts


def known_contracts(folder: Path | None) -> Contracts:
    """Read contracts once, also where the working directory changes and the folder is named from it.

    Args:
        folder: of the contracts; None is for those that come with tapecheck.

    Raises:
        ContractError: a contract is broken.
    """
    return _at((folder or bundled_contracts()).absolute())


@cache
def _at(folder: Path) -> Contracts:
    return sound(folder)
