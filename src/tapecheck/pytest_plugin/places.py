"""Where the test that runs is."""

from __future__ import annotations

import inspect
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import CodeType
from typing import TYPE_CHECKING

from tapecheck.model import RunningTest

if TYPE_CHECKING:
    import pytest


def running_test(item: pytest.Item) -> RunningTest:
    """Return what findings say of a test."""
    root = item.config.rootpath
    return RunningTest(
        name=item.nodeid,
        path=item.path.relative_to(root) if item.path.is_relative_to(root) else item.path,
        line=(item.reportinfo()[1] or 0) + 1,
        read_source=partial(_source, item),
    )


def imports_vcr(item: pytest.Item) -> bool:
    """Tell whether the function of a test imports vcrpy itself; if so import it, so that it can be watched by then."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    if not isinstance(code, CodeType) or "vcr" not in code.co_names or find_spec("vcr") is None:
        return False
    import_module("vcr")
    return True


def _source(item: pytest.Item) -> str:
    function: object = getattr(item, "function", None)
    try:
        return inspect.getsource(inspect.unwrap(function)) if callable(function) else ""
    except (OSError, TypeError):
        return ""
