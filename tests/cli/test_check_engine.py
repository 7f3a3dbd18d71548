"""`tapecheck check --engine ENGINE`"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Result


@pytest.mark.parametrize("engine", ["jsonschema-rs", "jsonschema"])
def test_both_engines_find_the_same(tapecheck: Callable[..., Result], engine: str) -> None:
    result = tapecheck("check", "tapes", "--engine", engine)
    assert (result.status, result.out) == (1, tapecheck("check", "tapes").out)


def test_an_unknown_engine(tapecheck: Callable[..., Result]) -> None:
    result = tapecheck("check", "tapes", "--engine", "ajv")
    assert (result.status, result.out) == (2, "")
    assert "--engine: invalid choice: 'ajv'" in result.err
