"""What the tests of `tapecheck.testing` need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tapecheck.contracts import DIALECT
from tests.unit.testing.hub import CONTRACT


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A folder of the contract of one provider, which delivers one event."""
    folder = tmp_path / "contracts/hub/webhooks"
    folder.mkdir(parents=True)
    (folder.parent / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    schema = {"$schema": DIALECT, "type": "object", "required": ["ref"], "properties": {"ref": {"type": "string"}}}
    (folder / "push.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    return tmp_path / "contracts"
