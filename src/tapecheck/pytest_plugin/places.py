"""Where the test that runs is."""

from __future__ import annotations

import inspect
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import CodeType

import pytest

from tapecheck.model import RunningTest


def running_test(item: pytest.Item) -> RunningTest:
    """Return what findings say of a test."""
    root = item.config.rootpath
    line = _line(item)
    return RunningTest(
        name=item.nodeid,
        path=item.path.relative_to(root) if item.path.is_relative_to(root) else item.path,
        line=line or _line(item.getparent(pytest.Class)) or 1,
        read_source=str if line is None else partial(_source, item),  # where it is inherited, its text is elsewhere
    )


def imports_vcr(item: pytest.Item) -> bool:
    """Tell whether the function of a test imports vcrpy itself; if so import it, so that it can be watched by then."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    if not isinstance(code, CodeType) or "vcr" not in code.co_names or find_spec("vcr") is None:
        return False
    import_module("vcr")
    return True


@cache
def speaks_of_tapes(path: Path) -> bool:
    """Tell whether the text of a file does, so that its tests may open cassettes themselves."""
    try:
        text = path.read_bytes()
    except OSError:  # such as a folder
        return False
    return b"cassette" in text or b"vcr" in text


def _line(node: pytest.Item | pytest.Class | None) -> int | None:
    """Return the line where a test or its class begins; None where a class inherits it from another file."""
    if node is None:
        return None
    path, line, _ = node.reportinfo()
    return (line or 0) + 1 if Path(path) == node.path else None


def _source(item: pytest.Item) -> str:
    function: object = getattr(item, "function", None)
    try:
        return inspect.getsource(inspect.unwrap(function)) if callable(function) else ""
    except (OSError, TypeError):
        return ""
