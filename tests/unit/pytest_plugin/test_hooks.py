from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.pytest_plugin.conftest import Run

LEAKING = "import os\ndef test_leaking(): os.environ['LEFT_BEHIND'] = '1'\n"


def test_the_markers_and_the_option_are_described(run: Run) -> None:
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.contracts(ignore, reason): *", "@pytest.mark.fault(*"])
    run("", "--help").stdout.fnmatch_lines(["tapecheck:", "*--contracts={off,report,enforce}"])


def test_enforced_findings_fail(run: Run) -> None:
    run(LEAKING, apart=True).assert_outcomes(passed=1, errors=1)


def test_reported_findings_do_not(run: Run) -> None:
    result = run(LEAKING, "--contracts=report", apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= tapecheck =*", "TC505 error: *", "*LEFT_BEHIND*", "TC505: 1"])


def test_a_stranger_s_suite_is_only_reported_on(run: Run) -> None:
    result = run(LEAKING, table=None, apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["TC505: 1"])


def test_off_is_off(run: Run) -> None:
    result = run(LEAKING, "--contracts=off", apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*TC5*")


def test_a_wrong_setting_ends_the_run_without_a_traceback(run: Run) -> None:
    result = run("", table="[tool.tapecheck]\ncontract = 'mine'\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*pyproject.toml:2: tool.tapecheck.contract: the setting is unknown*"])
    assert "Traceback" not in result.stderr.str()


def test_it_works_without_pytest_recording(pytester: pytest.Pytester, run: Run) -> None:
    run("", tapes=())
    pytester.makepyfile(test_it="def test_it(): ...\n")
    result = pytester.runpytest_subprocess("-p", "tapecheck.pytest_plugin")
    result.assert_outcomes(passed=1)


def test_nothing_heavy_is_imported_for_tests_that_need_nothing(run: Run) -> None:
    heavy = {"vcr", "httpx", "hypothesis", "jsonschema", "jsonschema_rs", "pydantic", "yaml", "orjson"}
    run(f"import sys\ndef test_it(): assert not {heavy!r} & set(sys.modules)\n", apart=True).assert_outcomes(passed=1)
