from __future__ import annotations

from backend.tests.service_process import run


def test_it_is_a_command() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert "python -m backend" in result.stdout
