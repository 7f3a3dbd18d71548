"""`tapecheck rules [CODE]`"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tapecheck.model import Code

if TYPE_CHECKING:
    from tests.cli.conftest import Result


def test_all_of_them(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("rules")
    assert (result.status, result.err) == (0, "")
    assert [line.split()[0] for line in result.out.splitlines()] == [code.value for code in Code]


@pytest.mark.parametrize("code", list(Code))
def test_each_of_them(tapecheck: Callable[..., Result], code: Code) -> None:
    result = tapecheck("rules", code.value)
    assert result.status == 0
    assert result.out.split(maxsplit=2) == [code.value, code.severity.value, f"{code.summary}\n"]


def test_none_of_them(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("rules", "TC999")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("tapecheck: 'TC999' is no code of a finding\n  Known are TC101, ")
