"""The machinery that runs the documentation: a page that is wrong must fail."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def pages(pytester: pytest.Pytester, root: Path) -> pytest.Pytester:
    """A project whose documentation is run as ours is."""
    pytester.makeconftest((root / "conftest.py").read_text(encoding="utf-8"))
    return pytester


def write(pages: pytest.Pytester, block: str, language: str = "console") -> None:
    pages.makefile(".md", page=f"# A page\n\n```{language}\n{block}\n```\n")


@pytest.mark.parametrize(
    "block",
    [
        "$ echo one",
        "$ echo one\ntwo",
        "$ echo one\none\ntwo",
        "$ echo one\none\n$ cat absent\n",
        "$ nox",
        "$ nox -s tests",
        "echo one",
        "$ echo 'Traceback (most recent call last)'\n...",
    ],
    ids=["output left out", "other output", "too much", "error", "not runnable", "no service", "no prompt", "crash"],
)
def test_a_wrong_block_fails(pages: pytest.Pytester, block: str) -> None:
    write(pages, block)
    pages.runpytest().assert_outcomes(failed=1)


@pytest.mark.parametrize(
    "block",
    [
        "$ echo one\none",
        "$ echo one two three\none ... three",
        "$ echo one; echo two\n...\ntwo",
        "$ cat absent\ncat: ...\n$ echo $?\n1",
        "$ export A=one\n$ echo $A $?\none 0",
        "$ echo one > file\n\n$ cat file\none",
        "$ echo one > file\n...",
    ],
    ids=["same output", "within a line", "lines", "status", "variables stay", "files stay", "nothing is anything"],
)
def test_a_right_block_passes(pages: pytest.Pytester, block: str) -> None:
    write(pages, block)
    pages.runpytest().assert_outcomes(passed=1)


def test_a_failure_says_what_was_printed(pages: pytest.Pytester) -> None:
    write(pages, "$ echo one\ntwo")
    pages.runpytest().stdout.fnmatch_lines(["$ echo one", "*- two", "*+ one"])


def test_python_blocks_run_in_a_copy_of_the_data(pages: pytest.Pytester) -> None:
    (pages.path / "cassettes").mkdir()
    write(pages, "from pathlib import Path\nPath('cassettes').rmdir()", language="python")
    pages.runpytest().assert_outcomes(passed=1)
    assert (pages.path / "cassettes").is_dir()


def test_titled_blocks_become_files(pages: pytest.Pytester) -> None:
    write(pages, "a: 1\n```\n\n```console\n$ cat folder/file.yaml\na: 1", language='yaml title="folder/file.yaml"')
    pages.runpytest().assert_outcomes(passed=2)
    assert not (pages.path / "folder").exists()


def test_blocks_in_other_languages_are_left_alone(pages: pytest.Pytester) -> None:
    write(pages, "$ exit 1", language="sh")
    pages.runpytest().assert_outcomes()


def test_a_terminal_lasts_for_a_page(pages: pytest.Pytester) -> None:
    write(pages, "$ export A=one; cat absent\n...\n```\n\n```console\n$ echo $? $A\n1 one")
    pages.runpytest().assert_outcomes(passed=2)


def test_a_page_asks_no_service_but_its_own(pages: pytest.Pytester) -> None:
    write(pages, "$ curl -s http://127.0.0.1:8000/healthz")
    result = pages.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*asks a service that the page has not started*"])


def test_a_page_starts_a_service_and_asks_it(pages: pytest.Pytester) -> None:
    blocks = [
        "$ nox -s backend -- --providers sandbox\n...\nlistening  http://127.0.0.1:8000 (...)\n...",
        '$ curl -s http://127.0.0.1:8000/healthz\n{"status":"ok"}\n$ echo $?\n0',
        '$ curl -s http://127.0.0.1:8000/healthz\n{"status":"bad"}',
        "$ curl -s http://127.0.0.1:8000/nowhere\n{...Not Found: GET /nowhere...}",
    ]
    write(pages, "\n```\n\n```console\n".join(blocks))
    pages.runpytest().assert_outcomes(passed=3, failed=1)
