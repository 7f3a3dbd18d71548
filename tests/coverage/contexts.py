"""A plugin of pytest: notes with each line that is covered what kind of test covered it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePath
from typing import Final

import pytest
from coverage import Coverage


class Kind(StrEnum):
    """What a test stands on; what is run while tests are only collected has no kind.

    `integration` are those of `backend/tests/integration`, `servers` all others that need PostgreSQL or Valkey.
    """

    INTEGRATION = "integration"
    SERVERS = "servers"
    UNIT = "unit"


_INTEGRATION: Final = ("backend", "tests", "integration")
_SERVERS: Final = frozenset(("postgres", "valkey"))


def kind_of(path: PurePath, fixtures: frozenset[str]) -> Kind:
    """Return the kind of a test.

    Args:
        path: of its file.
        fixtures: the names of all that it uses.
    """
    parts = path.parts
    if any(parts[at : at + 3] == _INTEGRATION for at in range(len(parts))):
        return Kind.INTEGRATION
    return Kind.SERVERS if fixtures & _SERVERS else Kind.UNIT


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    measured = Coverage.current()
    if measured is not None:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        measured.switch_context(kind_of(item.path, frozenset(fixtures)))
    return (yield)
