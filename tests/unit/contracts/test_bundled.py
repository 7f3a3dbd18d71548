from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import tapecheck
from tapecheck.contracts import bundled_contracts, load

if TYPE_CHECKING:
    import pytest


def test_they_are_sound() -> None:
    assert load(bundled_contracts()).problems == ()


def test_an_installed_tapecheck_has_them_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapecheck, "__file__", str(tmp_path / "src/tapecheck/__init__.py"))
    assert bundled_contracts() == tmp_path / "contracts"
    (tmp_path / "src/tapecheck/_contracts").mkdir(parents=True)
    assert bundled_contracts() == tmp_path / "src/tapecheck/_contracts"
