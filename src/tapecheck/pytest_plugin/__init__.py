"""The pytest plugin: wiring only. What it does is in docs/reference/pytest-plugin.md.

It is loaded in every run of whoever has tapecheck installed, so nothing that takes long is imported before it is used.
"""

from __future__ import annotations

from tapecheck.pytest_plugin.fixtures import faults, generated
from tapecheck.pytest_plugin.hooks import pytest_addoption, pytest_configure

__all__ = ["faults", "generated", "pytest_addoption", "pytest_configure"]
