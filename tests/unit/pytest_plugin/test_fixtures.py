from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from tests.unit.pytest_plugin.conftest import Run


def test_the_fixtures_are_described(run: Run) -> None:
    run("", "--fixtures", "-v").stdout.fnmatch_lines(["faults -- *", "generated -- *"])


def test_faults_are_for_the_test_that_asks_for_them(run: Run) -> None:
    run(
        "import httpx, pytest\n"
        "URL = 'https://api.openai.com/v1/models'\n"
        "def test_a(faults):\n"
        "    faults.add('connect-refused')\n"
        "    with pytest.raises(httpx.ConnectError):\n        httpx.get(URL)\n"
        "def test_b(faults):\n"
        "    faults.add('status-500', times=1)\n"
        "    assert httpx.get(URL).status_code == 500\n"
    ).assert_outcomes(passed=2)


def test_generated_answers_come_to_whoever_asks(run: Run) -> None:
    run(
        "import httpx\n"
        "def test_it(generated):\n"
        "    def ask():\n"
        "        answer = httpx.get('https://api.openai.com/v1/models')\n"
        "        assert isinstance(answer.json()['data'], list)\n"
        "    generated('openai', 'models', examples=3).check(ask)\n"
    ).assert_outcomes(passed=1)


def test_plugins_that_were_loaded_earlier_may_clean_up_first(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        early="import os, pytest\n"
        "@pytest.fixture(autouse=True)\n"
        "def early():\n"
        "    os.environ['EARLY'] = '1'\n    yield\n    del os.environ['EARLY']\n"
    )
    pytester.syspathinsert()
    table = "[tool.tapecheck]\n[tool.pytest.ini_options]\naddopts = ['-p', 'early']\n"
    run("def test_it(): pass\n", table=table).assert_outcomes(passed=1)
