from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tapecheck.errors import CassetteError, FaultError, UsageError
from tapecheck.testing import FAULTS, stand_in

ROOT = Path(__file__).parents[3]
QUESTION = {"model": "any", "messages": [{"role": "user", "content": "Who are you?"}]}
HEADERS = {"authorization": "Bearer any"}
VERSION = {"anthropic-version": "2023-06-01"}


def ask(url: str) -> httpx.Response:
    return httpx.post(f"{url}/openai/v1/chat/completions", json=QUESTION, headers=HEADERS)


def test_it_answers_as_the_contract_says() -> None:
    with stand_in() as url:
        assert ask(url).json()["object"] == "chat.completion"


def test_it_answers_from_cassettes_of_the_chosen_providers() -> None:
    lines: list[str] = []
    with stand_in(cassettes=[ROOT / "cassettes"], providers=["anthropic"], log=lines.append) as url:
        answer = httpx.get(f"{url}/anthropic/v1/models/no-such-model", headers={"x-api-key": "any"} | VERSION)
        assert ask(url).status_code == 404
    assert answer.status_code == 404
    assert "models.retrieve/not-found" in lines[0]


def test_a_fault_befalls_its_answers() -> None:
    with stand_in(fault="status-529") as url:
        assert ask(url).status_code == 529
    assert "status-529" in FAULTS


def test_what_it_cannot_do_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("interactions: 1", encoding="utf-8")
    with pytest.raises(UsageError), stand_in(providers=["nobody"]):
        pass
    with pytest.raises(FaultError), stand_in(fault="none-such"):
        pass
    with pytest.raises(CassetteError), stand_in(cassettes=[tmp_path]):
        pass
