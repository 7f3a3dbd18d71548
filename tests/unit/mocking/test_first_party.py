from __future__ import annotations

from types import ModuleType
from unittest.mock import Mock, patch

import pytest

from tapecheck.mocking import MockGuard
from tapecheck.model import Code, Finding
from tests.unit.mocking.conftest import Session


def told(session: Session, shop: ModuleType, patching: str) -> list[Finding]:
    def test() -> None:
        with eval(patching, {"patch": patch, "Mock": Mock, "shop": shop}):
            pass

    return [one for one in session.run(test) if one.code is Code.MOCKED_FIRST_PARTY]


@pytest.mark.parametrize(
    ("patching", "name"),
    [
        ("patch('shop.send', autospec=True)", "shop.send"),
        ("patch('shop.fetch', autospec=True)", "shop.fetch"),
        ("patch('shop.send', lambda text: text)", "shop.send"),
        ("patch('shop.cached', autospec=True)", "shop.cached"),
        ("patch('shop.Settings', autospec=True)", "shop.Settings"),
        ("patch('shop.Settings.doubled', autospec=True)", "shop.Settings.doubled"),
        ("patch('shop.Settings.halved', 1)", "shop.Settings.halved"),
        ("patch('shop.SETTINGS', Mock(spec=['limit']))", "shop.Settings"),
        ("patch.object(shop.SETTINGS, 'doubled', autospec=True)", "shop.Settings.doubled"),
    ],
)
def test_first_party_code_that_does_not_run_is_named(
    session: Session, shop: ModuleType, patching: str, name: str
) -> None:
    [found] = told(session, shop, patching)
    assert found.message.endswith(f"is patched, so that {name} does not run")
    assert "first-party" in (found.hint or "")


@pytest.mark.parametrize(
    "patching",
    [
        "patch('shop.httpx', autospec=True)",
        "patch('shop.httpx.post', autospec=True)",
        "patch('shop.time.sleep')",
        "patch('shop.LIMIT', 9)",
        "patch('shop.SETTINGS', shop.Settings(9))",
        "patch('shop.send', wraps=shop.send)",
        "patch('shop.send', side_effect=shop.send)",
        "patch('shop.nothing_so_far', create=True)",
    ],
)
def test_what_is_anothers_or_a_value_or_runs_is_right(session: Session, shop: ModuleType, patching: str) -> None:
    assert told(session, shop, patching) == []


def test_a_value_is_code_only_where_a_mock_takes_its_place(session: Session, shop: ModuleType) -> None:
    assert told(session, shop, "patch('shop.SETTINGS', 3)") == []
    assert len(told(session, shop, "patch('shop.SETTINGS', Mock())")) == 1


@pytest.mark.parametrize("module", ["shop.tests.fakes", "shop.test_greeting", "shop.conftest", "shopping", "others"])
def test_tests_and_others_are_not_first_party(session: Session, shop: ModuleType, module: str) -> None:
    shop.send.__module__ = module
    assert told(session, shop, "patch('shop.send', autospec=True)") == []


def test_a_module_below_a_package_is_first_party(session: Session, shop: ModuleType) -> None:
    shop.send.__module__ = "shop.sending.mail"
    assert len(told(session, shop, "patch('shop.send', autospec=True)")) == 1


def test_where_nothing_is_configured_nothing_is_first_party(session: Session, shop: ModuleType) -> None:
    with MockGuard(lambda: pytest.fail("no contract is needed"), first_party=[]) as guard:
        assert told(Session(guard), shop, "patch('shop.send', autospec=True)") == []
