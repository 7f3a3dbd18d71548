from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.errors import ContractError
from tapecheck.testing.reading import known_contracts


def test_a_folder_is_found_from_where_one_is(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere/contracts").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert [contract.provider for contract in known_contracts(Path("contracts"))] == ["hub"]
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(ContractError, match="holds no contract"):
        known_contracts(Path("contracts"))


def test_contracts_are_read_once(hub: Path) -> None:
    assert known_contracts(hub) is known_contracts(hub)
    assert known_contracts(None) is known_contracts(None)
