from __future__ import annotations

from pathlib import PurePath

import pytest

from tests.coverage.contexts import Kind, kind_of


@pytest.mark.parametrize(
    ("path", "fixtures", "kind"),
    [
        ("/any/backend/tests/integration/webhooks/test_webhook_retries.py", ["postgres"], Kind.INTEGRATION),
        ("/any/backend/tests/unit/agents/test_store.py", ["engine", "postgres"], Kind.SERVERS),
        ("/any/backend/tests/unit/cache/test_store.py", ["redis_url", "valkey"], Kind.SERVERS),
        ("/any/tests/unit/test_errors.py", [], Kind.UNIT),
        ("/any/tests/integration/backend/test_errors.py", [], Kind.UNIT),
    ],
)
def test_kinds(path: str, fixtures: list[str], kind: Kind) -> None:
    assert kind_of(PurePath(path), frozenset(fixtures)) is kind
