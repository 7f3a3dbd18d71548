from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.pytest_plugin.cassettes import written

if TYPE_CHECKING:
    from tests.unit.pytest_plugin.conftest import Run

PLAYING = """
import httpx, pytest

@pytest.mark.vcr
def test_order():
    httpx.post("https://shop.test/order", json={"tea": %s})
    %s
"""
REST = 'httpx.get("https://shop.test/order/7")'


def test_a_test_that_does_what_is_on_tape_passes(run: Run) -> None:
    result = run(PLAYING % (1, REST), tapes=("test_order",))
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*TC*")


def test_what_a_test_did_fails_it_in_its_call(run: Run) -> None:
    result = run(PLAYING % (2, REST), tapes=("test_order",))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["TC401 error: *", "  cassettes/test_it/test_order.yaml:2, interaction 0", "*→ *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_plugin_is_in_no_traceback(run: Run) -> None:
    result = run(PLAYING % (1, 'httpx.get("https://shop.test/other")'), tapes=("test_order",))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*vcr?stubs?httpx_stubs.py:*", "*CannotOverwriteExistingCassetteException*"])
    result.stdout.no_fnmatch_line("*intercepting*")


def test_what_a_test_left_undone_fails_its_teardown(run: Run) -> None:
    result = run(PLAYING % (1, ""), tapes=("test_order",))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["TC402 error: *"])


def test_a_test_that_failed_is_not_blamed_for_what_it_left_undone(run: Run) -> None:
    result = run(PLAYING % (1, "assert False"), tapes=("test_order",))
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*TC402*")


@pytest.mark.parametrize("ending", ["pytest.skip()", "pytest.xfail('so')"])
def test_nor_is_one_that_was_skipped_or_expected_to_fail(run: Run, ending: str) -> None:
    result = run(PLAYING % (1, ending), tapes=("test_order",))
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*TC402*")


def test_a_unittest_that_failed_is_not_blamed_either(run: Run) -> None:
    result = run(
        """
        import unittest, httpx, pytest

        @pytest.mark.vcr
        class TestOrder(unittest.TestCase):
            def test_order(self):
                httpx.post("https://shop.test/order", json={"tea": 1})
                self.assertEqual(1, 2)
        """,
        tapes=("TestOrder.test_order",),
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*TC402*")


@pytest.mark.parametrize(
    "leave",
    [
        "[tool.tapecheck]\nignore = ['TC402']\n",
        "[tool.tapecheck]\nselect = ['TC1', 'TC401']\n",
        "[tool.tapecheck.per-file-ignores]\n'test_it.py' = ['TC402']\n",
        "[tool.tapecheck.per-file-ignores]\n'cassettes/test_it/*' = ['TC4']\n",
    ],
)
def test_settings_leave_findings_out(run: Run, leave: str) -> None:
    run(PLAYING % (1, ""), tapes=("test_order",), table=leave).assert_outcomes(passed=1)


def test_a_marker_leaves_findings_out(run: Run) -> None:
    marked = (PLAYING % (2, "")).replace(
        "@pytest.mark.vcr", "@pytest.mark.vcr\n@pytest.mark.contracts(ignore=['/tea', 'TC402'], reason='so')"
    )
    run(marked, tapes=("test_order",)).assert_outcomes(passed=1)


def test_a_marker_without_a_reason_is_a_mistake(run: Run) -> None:
    result = run("import pytest\n@pytest.mark.contracts(ignore='TC4')\ndef test_it(): ...\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it.py::test_it: the marker `contracts` needs a reason, got None*"])


def test_a_broken_contract_is_told_once_and_breaks_no_run_that_only_reports(
    run: Run, pytester: pytest.Pytester
) -> None:
    contract = pytester.mkdir("mine") / "own"
    contract.mkdir()
    (contract / "contract.toml").write_text("nothing = 1\n", encoding="utf-8")
    table = "[tool.tapecheck]\ncontracts = 'mine'\n"
    text = PLAYING % (1, REST)
    enforced = run(text, tapes=("test_order",), table=table)
    enforced.assert_outcomes(failed=1)
    enforced.stdout.fnmatch_lines(["*mine/own/contract.toml*"])
    reported = run(text, "--contracts=report", tapes=("test_order",), table=table)
    reported.assert_outcomes(passed=1)
    reported.stdout.fnmatch_lines(["*= tapecheck =*", "*mine/own/contract.toml*"])


def test_fixtures_that_several_tests_share_leave_nothing_behind(run: Run) -> None:
    run(
        """
        import os, pytest
        from unittest import mock

        @pytest.fixture(scope="module", autouse=True)
        def shared():
            os.environ["SHARED_BY_TESTS"] = "1"
            with mock.patch("os.getcwd", autospec=True):
                yield
            del os.environ["SHARED_BY_TESTS"]

        def test_a(): os.getcwd()
        def test_b(): os.getcwd()
        """
    ).assert_outcomes(passed=2)


def test_what_hooks_put_in_place_around_a_test_is_not_its_doing(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import os, unittest.mock, pytest
        cwd = unittest.mock.patch("os.getcwd", autospec=True)
        def pytest_runtest_setup():
            os.environ["SHOP"] = "open"
            cwd.start()
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_teardown():
            yield
            del os.environ["SHOP"]
            cwd.stop()
        """
    )
    own = "import os\ndef test_a(): ...\ndef test_b(): os.environ['SHOP'] = 'closed'\n"
    result = run(own)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_b*", "*environment is not what it was: SHOP is changed"])


def test_tests_of_one_name_in_two_modules_have_cassettes_of_their_own(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_other=PLAYING % (1, REST))
    written(pytester.path / "cassettes" / "test_other" / "test_order.yaml")
    result = run(PLAYING % (1, ""), tapes=("test_order",))
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_order*", "TC402 error: *"])


def test_a_test_that_imports_vcrpy_in_its_body_is_watched(run: Run, pytester: pytest.Pytester) -> None:
    written(pytester.path / "by-hand.yaml")
    result = run(
        """
        def test_order():
            import httpx, vcr
            with vcr.use_cassette("by-hand.yaml"):
                httpx.post("https://shop.test/order", json={"tea": 2})
        """,
        apart=True,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["TC401 error: *"])


def test_a_worker_of_xdist_says_what_is_wrong_with_a_marker(run: Run) -> None:
    test = "import pytest\n@pytest.mark.contracts(ignore='TC402')\ndef test_it(): ...\n"
    result = run(test, "-p", "xdist", "-n", "1", apart=True)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*needs a reason, got None"])
