from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.pytest_plugin.conftest import Run

ASKING = """
import httpx, pytest

def ask():
    return httpx.post("https://api.openai.com/v1/embeddings", json={"model": "m", "input": "tide"})

"""


def test_a_fault_of_the_marker_comes_as_the_exception_of_the_client(run: Run) -> None:
    run(
        f"{ASKING}@pytest.mark.fault('read-timeout')\n"
        "def test_it():\n    with pytest.raises(httpx.ReadTimeout):\n        ask()\n"
    ).assert_outcomes(passed=1)


def test_faults_come_in_the_order_in_which_they_are_read(run: Run) -> None:
    run(
        f"{ASKING}@pytest.mark.fault('status-500', times=1)\n@pytest.mark.fault('status-429', 'status-503')\n"
        "def test_it():\n    assert [ask().status_code for _ in range(3)] == [500, 429, 503]\n"
    ).assert_outcomes(passed=1)


def test_the_fixture_adds_to_them(run: Run) -> None:
    run(
        f"{ASKING}@pytest.mark.fault('status-500', times=1)\n"
        "def test_it(faults):\n    faults.add('status-429', times=1)\n"
        "    assert [ask().status_code for _ in range(2)] == [500, 429]\n"
    ).assert_outcomes(passed=1)


def test_behind_the_faults_comes_the_tape(run: Run) -> None:
    result = run(
        "import httpx, pytest\n"
        "@pytest.mark.vcr\n@pytest.mark.fault('status-500', times=2)\n"
        "def test_order():\n"
        "    ask = lambda: httpx.post('https://shop.test/order', json={'tea': 1}).status_code\n"
        "    assert [ask() for _ in range(3)] == [500, 500, 200]\n"
        "    assert httpx.get('https://shop.test/order/7').json() == {'id': 7}\n",
        tapes=("test_order",),
    )
    result.assert_outcomes(passed=1)


def test_a_fault_that_never_came_proves_nothing(run: Run) -> None:
    result = run("import pytest\n@pytest.mark.fault('read-timeout')\ndef test_it(): ...\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*read-timeout*the test ended before this fault came*"])


def test_a_fault_that_is_not_there_ends_the_run(run: Run) -> None:
    result = run("import pytest\n@pytest.mark.fault('read-timeot')\ndef test_it(): ...\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*test_it.py::test_it: the marker `fault`: *'read-timeot'*", "*Did you mean read-timeout*"]
    )


@pytest.mark.parametrize("mode", ["off", "report", "enforce"])
def test_faults_come_in_every_mode(run: Run, mode: str) -> None:
    run(
        "import httpx, pytest\n"
        "@pytest.mark.vcr\n@pytest.mark.fault('truncated-json', times=1)\n"
        "def test_order():\n"
        "    ask = lambda: httpx.post('https://shop.test/order', json={'tea': 1})\n"
        "    with pytest.raises(ValueError):\n        ask().json()\n"
        "    ask().json()\n    httpx.get('https://shop.test/order/7')\n",
        f"--contracts={mode}",
        tapes=("test_order",),
    ).assert_outcomes(passed=1)


def test_a_test_that_is_run_again_has_its_faults_again(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from _pytest.runner import runtestprotocol\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, log=False, nextitem=item)\n"
    )
    run(
        f"{ASKING}@pytest.mark.fault('status-500', times=1)\ndef test_it():\n    assert ask().status_code == 500\n"
    ).assert_outcomes(passed=1)


def test_a_worker_of_xdist_says_what_is_wrong_with_a_marker(run: Run) -> None:
    test = "import pytest\n@pytest.mark.fault(503)\ndef test_it(): ...\n"
    result = run(test, "-p", "xdist", "-n", "1", apart=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the marker `fault`: there is no fault '503'"])
