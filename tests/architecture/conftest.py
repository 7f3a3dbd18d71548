"""The tree that these tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def root() -> Path:
    """The top folder of the project."""
    return Path(__file__).parents[2]
