from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import fastapi
import pytest
from fastapi import FastAPI

from tapecheck.mocking.hooks import Hooks
from tapecheck.mocking.overrides import Applications
from tapecheck.mocking.stage import Scene, Stage
from tests.unit.mocking.conftest import running


@pytest.fixture
def stage() -> Stage:
    return Stage(scene=Scene(test=running(lambda: None)), turn=1)


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    hooks = Hooks()
    yield hooks
    hooks.take_back()


def overridden() -> FastAPI:
    application = FastAPI()
    application.dependency_overrides[running] = overridden
    return application


def test_applications_that_were_there_are_known(stage: Stage, hooks: Hooks) -> None:
    application = overridden()
    applications = Applications(stage)
    applications.take_in(fastapi, hooks)
    assert applications.overrides()[application, running] is overridden


def test_an_application_of_the_running_test_is_its_own_until_the_next(stage: Stage, hooks: Hooks) -> None:
    applications = Applications(stage)
    applications.take_in(fastapi, hooks)
    application = overridden()
    assert (application, running) not in applications.overrides()
    stage.turn += 1
    assert (application, running) in applications.overrides()


@pytest.mark.parametrize("is_shared", [True, False], ids=["by a wider fixture", "between tests"])
def test_an_application_that_is_no_tests_own_is_everybodys(stage: Stage, hooks: Hooks, is_shared: bool) -> None:
    applications = Applications(stage)
    applications.take_in(fastapi, hooks)
    stage.sharing = int(is_shared)
    stage.scene = stage.scene if is_shared else None
    application = overridden()
    assert (application, running) in applications.overrides()


def test_an_application_that_is_gone_is_gone(stage: Stage, hooks: Hooks) -> None:
    applications = Applications(stage)
    applications.take_in(fastapi, hooks)
    application = weakref.ref(overridden())
    gc.collect()
    assert application() is None
