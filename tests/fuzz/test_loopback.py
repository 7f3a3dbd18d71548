from __future__ import annotations

import pytest

from tests.fuzz.loopback import is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", ""])
def test_this_machine_is_local(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "0.0.0.0", "::", "169.254.169.254", "localhost.example.com", "example.com"]
)
def test_nothing_else_is(host: str) -> None:
    assert not is_local(host)
