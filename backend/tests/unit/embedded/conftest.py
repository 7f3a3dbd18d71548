from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded.data_directory import DataDirectory, claim
from backend.tests.services import temporary_directory


@pytest.fixture
def place() -> Iterator[Path]:
    """Return an empty directory that the servers' user may enter."""
    with temporary_directory() as path:
        yield path


@pytest.fixture
def directory(place: Path) -> Iterator[DataDirectory]:
    with claim(place) as directory:
        yield directory
