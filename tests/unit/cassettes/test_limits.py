from __future__ import annotations

from tapecheck.cassettes import Limits


def test_a_file_may_have_64_mebibytes() -> None:
    assert Limits().file_bytes == 67_108_864


def test_limits_are_values() -> None:
    assert Limits(depth=3) == Limits(depth=3) != Limits()
