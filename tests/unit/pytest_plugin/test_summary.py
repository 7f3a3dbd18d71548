from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.pytest_plugin.cassettes import written

if TYPE_CHECKING:
    from tests.unit.pytest_plugin.conftest import Run

ORDER = 'httpx.post("https://shop.test/order", json={"tea": 1})'
LOOK = 'httpx.get("https://shop.test/order/7")'
SHARING = f"""
import httpx, pytest
pytestmark = [pytest.mark.vcr, pytest.mark.default_cassette("shared")]
def test_order(): {ORDER}
def test_look(): %s
"""
FOLDER = "[tool.tapecheck]\ncassettes = ['cassettes']\n"


def test_a_cassette_that_two_tests_play_together_is_all_right(run: Run) -> None:
    result = run(SHARING % LOOK, tapes=("shared",))
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*TC402*")


@pytest.mark.parametrize("options", [[], ["-p", "xdist", "-n", "2"]], ids=["one process", "two"])
def test_what_neither_plays_fails_the_run(run: Run, options: list[str]) -> None:
    result = run(SHARING % "...", *options, tapes=("shared",), apart=bool(options))
    result.assert_outcomes(passed=2, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*= tapecheck =*",
            "TC402 error: *",
            "  cassettes/test_it/shared.yaml:4, interaction 1",
            "TC402: 1",
            "ERROR cassettes/test_it/shared.yaml:4 - TC402: *",
            "*2 passed, 1 error in *",
        ]
    )


@pytest.mark.parametrize("look", ["assert False", "pytest.skip()"])
def test_nobody_knows_what_a_test_would_have_played_that_did_not_pass(run: Run, look: str) -> None:
    run(SHARING % look, tapes=("shared",)).stdout.no_fnmatch_line("*TC402*")


def test_part_of_the_tests_tells_nothing_of_the_rest(run: Run) -> None:
    result = run(SHARING % "...", "-k", "order", tapes=("shared", "old"))
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*= tapecheck =*")


def test_a_plugin_that_takes_nothing_out_narrows_nothing(run: Run, pytester: pytest.Pytester) -> None:
    hook = "def pytest_collection_modifyitems(config): config.hook.pytest_deselected(items=[])\n"
    pytester.makeconftest(hook)
    run(SHARING % LOOK, tapes=("shared", "old")).stdout.fnmatch_lines(["TC306: 1"])


def test_a_single_test_tells_nothing_of_what_others_play(run: Run) -> None:
    assert run(SHARING % "...", "test_it.py::test_order", tapes=("shared",)).ret == 0


def test_a_run_that_stops_early_tells_nothing_of_the_rest(run: Run) -> None:
    run(f"def test_a(): assert False\n{SHARING % '...'}", "-x", tapes=("shared", "old")).stdout.no_fnmatch_line("*TC*")


def test_in_mode_report_the_run_does_not_fail(run: Run) -> None:
    result = run(SHARING % "...", "--contracts=report", "--color=yes", tapes=("shared",))
    assert result.ret == 0
    result.stdout.fnmatch_lines(["TC402: 1", "\x1b?32m*2 passed*in *"])  # green


def test_a_cassette_without_a_test_is_told_of(run: Run) -> None:
    result = run(SHARING % LOOK, tapes=("shared", "old"))
    assert result.ret == 0
    result.stdout.fnmatch_lines(["TC306 warning: *", "  cassettes/test_it/old.yaml:1", "TC306: 1"])


def test_the_cassette_of_a_skipped_test_has_a_test(run: Run) -> None:
    skipped = f"{SHARING % LOOK}\n@pytest.mark.skip\n@pytest.mark.default_cassette('old')\ndef test_old(): ...\n"
    run(skipped, tapes=("shared", "old")).stdout.no_fnmatch_line("*TC306*")


def test_the_folders_of_the_configuration_are_looked_through(run: Run, pytester: pytest.Pytester) -> None:
    written(pytester.path / "tapes" / "old.yaml")
    (pytester.path / "tapes" / "data.yaml").write_text("not: a cassette\n", encoding="utf-8")
    result = run("def test_it(): ...\n", table="[tool.tapecheck]\ncassettes = ['tapes', 'absent']\n")
    result.stdout.fnmatch_lines(["  tapes/old.yaml:1", "TC306: 1"])


def test_without_findings_there_is_no_section(run: Run) -> None:
    run("def test_it(): ...\n").stdout.no_fnmatch_line("*tapecheck =*")


@pytest.mark.parametrize(
    "ending",
    ["raise KeyboardInterrupt", "import pytest; pytest.exit('enough')"],
)
def test_a_run_that_is_broken_off_tells_nothing_of_the_rest(run: Run, ending: str) -> None:
    test = f"def test_a(): {ending}\n{SHARING % '...'}"
    run(test, tapes=("shared", "old"), table=FOLDER, apart=True).stdout.no_fnmatch_line("*TC*")


def test_a_file_that_cannot_be_imported_may_hold_tests(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_other="import nothing_of_this_name, vcr\n")
    result = run(SHARING % LOOK, "--continue-on-collection-errors", tapes=("shared", "old"), table=FOLDER)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.no_fnmatch_line("*TC306*")


BY_HAND = """
import httpx, pytest, vcr
opened = lambda: vcr.use_cassette("cassettes/test_it/shared.yaml", record_mode="none")
def test_order():
    with opened(): httpx.post("https://shop.test/order", json={"tea": 1})
%s
def test_look():
    with opened(): %s
"""


def test_nobody_knows_what_a_skipped_test_would_have_opened(run: Run) -> None:
    run(BY_HAND % ("", "..."), tapes=("shared",)).stdout.fnmatch_lines(["TC402: 1"])
    run(BY_HAND % ("@pytest.mark.skip", LOOK), tapes=("shared", "old")).stdout.no_fnmatch_line("*TC*")


def test_what_is_taken_out_in_another_process_narrows_the_run(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "def pytest_collection_modifyitems(config, items):\n"
        "    gone, items[:] = items[1:], items[:1]\n"
        "    config.hook.pytest_deselected(items=gone)\n"
    )
    result = run(SHARING % LOOK, "-p", "xdist", "-n", "1", tapes=("shared", "old"), apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*TC*")


MORE = f"""
import httpx, pytest
pytestmark = pytest.mark.vcr("more.yaml")
def test_order(): {ORDER}
def test_look(): %s
"""


def test_a_further_file_is_played_by_all_tests_together(run: Run) -> None:
    result = run(MORE % "...", tapes=("more",))
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["  cassettes/test_it/more.yaml:4, interaction 1", "TC402: 1"])
    run(MORE % LOOK, tapes=("more",)).stdout.no_fnmatch_line("*TC*")


def test_files_are_named_from_the_root_wherever_pytest_is_started(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = pytester.mkdir("below")
    monkeypatch.chdir(started)
    result = run(SHARING % "...", "..", tapes=("shared", "old"), apart=True)
    result.stdout.fnmatch_lines(["  cassettes/test_it/shared.yaml:4, interaction 1", "  cassettes/test_it/old.yaml:1"])
    table = "[tool.tapecheck.per-file-ignores]\n'cassettes/*' = ['TC402', 'TC306']\n"
    run(SHARING % "...", "..", tapes=("shared", "old"), table=table, apart=True).stdout.no_fnmatch_line("*TC*")
