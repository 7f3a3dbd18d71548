from __future__ import annotations

import pickle
from pathlib import Path

from tapecheck.model import RunningTest


def test_a_running_test_is_a_value() -> None:
    test = RunningTest(name="test_a.py::test_b", path=Path("test_a.py"), line=3)
    assert pickle.loads(pickle.dumps(test)) == test
    assert not test.source
