"""Invented secrets."""

from __future__ import annotations

import pytest

from tests.unit.checking.secrets.planted import secrets


@pytest.fixture
def key() -> str:
    """A key that its form gives away."""
    return next(secret.text for secret in secrets() if secret.kind == "hexadecimal key")


@pytest.fixture
def lot() -> str:
    """Forty letters and digits drawn by lot."""
    return next(secret.text for secret in secrets() if secret.kind == "random password")
