from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

import pytest

from tapecheck.cli.rules import rules
from tapecheck.errors import UsageError
from tapecheck.model import Code

Options = Callable[..., Namespace]


def test_all_codes(options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules(options("rules")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [code.value for code in Code]
    assert len({line.index(code.summary) for line, code in zip(lines, Code, strict=True)}) == 1


@pytest.mark.parametrize("code", ["TC201", "tc201"])
def test_one_code(options: Options, capsys: pytest.CaptureFixture[str], code: str) -> None:
    assert rules(options("rules", code)) == 0
    assert capsys.readouterr().out == "TC201  warning  the contract does not declare a field\n"


@pytest.mark.parametrize("code", ["TC1", "TC999", "", "x"])
def test_no_such_code(options: Options, code: str) -> None:
    with pytest.raises(UsageError, match=f"'{code}' is no code of a finding") as caught:
        rules(options("rules", code))
    assert "TC101, TC102" in (caught.value.hint or "")
