from __future__ import annotations

import os
from collections.abc import Generator
from unittest.mock import patch

import pytest
from fastapi import FastAPI

from tapecheck.model import Code
from tests.unit.mocking.conftest import Session, running


@pytest.fixture(autouse=True)
def _nothing_left() -> Generator[None]:
    before = dict(os.environ)
    yield
    patch.stopall()
    os.environ.clear()
    os.environ.update(before)


def messages(session: Session, test: object) -> list[str]:
    found = [one for one in session.run(test) if one.code is Code.LEAK]  # type: ignore[arg-type]
    return [one.message.removeprefix("after the test ") for one in found]


def test_a_patch_is_told_of_with_its_line(session: Session) -> None:
    def test() -> None:
        patch("os.sep", "|").start()

    [found] = session.run(test)
    assert (found.code, found.line) == (Code.LEAK, test.__code__.co_firstlineno + 1)
    assert found.message == "after the test os.sep is still patched"
    assert "addCleanup" in (found.hint or "")


def test_a_patch_that_was_entered_by_hand_is_told_of_too(session: Session) -> None:
    patcher = patch("os.sep", "|")

    def test() -> None:
        patcher.__enter__()

    assert messages(session, test) == ["os.sep is still patched"]
    patcher.__exit__(None, None, None)


def test_a_patch_of_a_fixture_is_told_of_too(session: Session) -> None:
    def careless() -> Generator[None]:
        patch("os.sep", "|").start()
        yield

    session.run(lambda: None, careless)
    assert [one.message for one in session.findings] == ["after the test os.sep is still patched"]


def test_a_started_dictionary_is_told_of(session: Session) -> None:
    def test() -> None:
        patch.dict({"a": 1}, a=2).start()
        patch.dict("sys.modules").start()

    assert messages(session, test) == [
        "`patch.dict` of a dict is still started",
        "`patch.dict` of sys.modules is still started",
    ]


def test_a_dictionary_that_was_stopped_is_right(session: Session) -> None:
    def test() -> None:
        patcher = patch.dict({"a": 1}, a=2)
        patcher.start()
        patcher.stop()

    assert messages(session, test) == []


def test_variables_are_told_of_by_name_and_never_by_value(session: Session) -> None:
    os.environ.update({"SHOP_OLD": "test-key-1", "SHOP_GONE": "test-key-1", "SHOP_SAME": "test-key-1"})

    def test() -> None:
        os.environ.update({"SHOP_OLD": "test-key-2", "SHOP_NEW": "test-key-2", "SHOP_SAME": "test-key-1"})
        del os.environ["SHOP_GONE"]

    assert messages(session, test) == [
        "the environment is not what it was: SHOP_GONE is removed, SHOP_NEW is added, SHOP_OLD is changed"
    ]


def test_an_environment_that_is_a_plain_dictionary_for_a_while_is_right(session: Session) -> None:
    def isolated() -> Generator[None]:
        with patch("os.environ", {"SHOP_KEY": "test-key"}):
            yield

    session.run(lambda: os.environ["SHOP_KEY"], isolated)
    assert session.findings == []


@pytest.mark.parametrize("name", ["PYTEST_SOMETHING", "COV_CORE_SOURCE", "COVERAGE_PROCESS_START", "COLUMNS", "LINES"])
def test_variables_of_the_runner_are_its_own_affair(session: Session, name: str) -> None:
    assert messages(session, lambda: os.environ.update({name: "another"})) == []


def test_overrides_are_told_of_by_name(session: Session) -> None:
    kept, application = FastAPI(title="Kept"), FastAPI(title="Shop")
    kept.dependency_overrides[running] = messages
    application.dependency_overrides = {running: messages, session.run: messages}

    def test() -> None:
        application.dependency_overrides[running] = running
        application.dependency_overrides[messages] = running
        del application.dependency_overrides[session.run]

    assert sorted(messages(session, test)) == [
        "the override of Session.run in the dependency_overrides of 'Shop' is removed",
        "the override of messages in the dependency_overrides of 'Shop' is added",
        "the override of running in the dependency_overrides of 'Shop' is changed",
    ]


def test_overrides_of_an_application_of_ones_own_are_right(session: Session) -> None:
    applications: list[FastAPI] = []

    def test() -> None:
        applications.append(FastAPI())
        applications[0].dependency_overrides[running] = messages

    assert messages(session, test) == []


def test_what_a_library_has_patched_is_told_of_once(session: Session) -> None:
    library: dict[str, object] = {"__name__": "library.core", "patch": patch}
    source = "def use():\n    patch('os.sep', '|').start()\n    patch('os.linesep', '|').start()\n"
    exec(compile(source, "/somewhere/site-packages/library/core.py", "exec"), library)

    def test() -> None:
        library["use"]()  # type: ignore[operator]

    [found] = session.run(test)
    assert found.message == "after the test library is still at work: os.sep is still patched"
    assert found.line == test.__code__.co_firstlineno + 1
