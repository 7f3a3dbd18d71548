from __future__ import annotations

import asyncio
import json
import os
import sys
import unittest
import unittest.mock
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from unittest.mock import AsyncMock, Mock, patch

import httpx
import pytest
import requests
import responses
import respx
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.contracts import Contracts
from tapecheck.mocking import MockGuard
from tapecheck.model import Code, RunningTest
from tests.unit.mocking.conftest import BAD, GOOD, URL, Session, running


class TestHonestTests:
    """What people write, and nothing is wrong with."""

    @pytest.fixture(autouse=True)
    def _honest(self, session: Session, shop: ModuleType) -> Generator[None]:
        self.session, self.shop = session, shop
        yield
        assert session.findings == []

    def test_a_fixture_that_keeps_time_from_passing(self) -> None:
        def no_sleep() -> Generator[None]:
            with patch("time.sleep"):
                yield

        self.session.run(lambda: self.shop.greet("Ann"), no_sleep)
        self.session.run(self.shop.wait, no_sleep)

    def test_a_constant_that_is_another(self) -> None:
        def test() -> None:
            with patch("shop.LIMIT", new=5):
                assert self.shop.LIMIT == 5

        self.session.run(test)

    def test_settings_that_are_others(self) -> None:
        def test() -> None:
            with patch("shop.SETTINGS", self.shop.Settings(8)):
                assert self.shop.cached.__wrapped__() == 16

        self.session.run(test)

    def test_a_variable_that_monkeypatch_takes_back(self) -> None:
        def test() -> None:
            with pytest.MonkeyPatch.context() as patching:
                patching.setenv("SHOP_KEY", "test-key")
                assert os.environ["SHOP_KEY"] == "test-key"

        self.session.run(test)

    def test_a_mock_that_is_handed_on_and_never_called(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True) as post:
                assert self.shop.httpx.post is post

        self.session.run(test)

    def test_an_asynchronous_mock(self) -> None:
        def test() -> None:
            with patch("shop.httpx.AsyncClient.post", autospec=True) as post:
                post.return_value = httpx.Response(200, json=GOOD)
                answer = asyncio.run(httpx.AsyncClient().post("https://elsewhere.example/"))
                assert answer.json() == GOOD

        self.session.run(test)

    def test_a_patch_of_an_instance(self) -> None:
        def test() -> None:
            client = httpx.Client()
            with client, patch.object(client, "send", autospec=True, return_value=httpx.Response(204)) as send:
                client.get("https://elsewhere.example/")
                send.assert_called_once()

        self.session.run(test)

    def test_a_decorator_of_a_class_of_which_one_test_makes_no_use(self) -> None:
        @patch("shop.httpx.post", autospec=True)
        class TestShop:
            def test_asks(self, post: Mock) -> None:
                post.return_value = httpx.Response(200, json=GOOD)
                post("https://elsewhere.example/")

            def test_does_not_ask(self, post: Mock) -> None:
                pass

        self.session.run(TestShop().test_asks)  # type: ignore[arg-type]
        self.session.run(TestShop().test_does_not_ask)  # type: ignore[arg-type]

    def test_patches_within_patches_in_an_exit_stack(self) -> None:
        def test() -> None:
            with ExitStack() as stack, patch("shop.httpx.get", autospec=True) as get:
                post = stack.enter_context(patch("shop.httpx.post", autospec=True))
                self.shop.httpx.get("https://elsewhere.example/")
                self.shop.httpx.post("https://elsewhere.example/")
                assert get.called
                assert post.called

        self.session.run(test)

    def test_a_dictionary_that_is_another_for_a_while(self) -> None:
        def test() -> None:
            with patch.dict(os.environ, {"SHOP_KEY": "test-key"}), patch.dict("sys.modules", {"shop_extra": Mock()}):
                assert "shop_extra" in sys.modules

        self.session.run(test)

    def test_mocks_that_are_asserted_never_to_have_been_called(self) -> None:
        def asks() -> None:
            with patch("shop.httpx.post", autospec=True) as post:
                self.shop.greet("Ann")
                post.assert_not_called()

        def counts() -> None:
            with patch("shop.httpx.post", autospec=True) as post:
                self.shop.greet("Ann")
                assert post.call_count == 0

        def asks_in_a_helper() -> None:
            def nothing_was_sent(mock: Mock) -> None:
                mock.assert_not_called()

            with patch("shop.httpx.post", autospec=True) as post:
                self.shop.greet("Ann")
                nothing_was_sent(post)

        for test in (asks, counts, asks_in_a_helper):
            self.session.run(test)

    def test_a_test_case_with_a_clean_up(self) -> None:
        class TestShop(unittest.TestCase):
            def setUp(self) -> None:
                patcher = patch("shop.httpx.post", autospec=True)
                self.post = patcher.start()
                self.addCleanup(patcher.stop)

            def test_it(self) -> None:
                assert self.post.call_count == 0

        def test() -> None:
            assert TestShop("test_it").run() is not None

        self.session.run(test)

    def test_an_asynchronous_test_with_a_decorator(self) -> None:
        @patch("shop.httpx.post", autospec=True)
        async def test(post: Mock) -> None:
            await asyncio.sleep(0)
            post("https://elsewhere.example/")
            post.assert_called_once()

        self.session.run(lambda: asyncio.run(test()))

    def test_a_property_under_a_mock_that_some_examples_do_not_need(self) -> None:
        @given(st.integers(0, 3))
        def test(number: int) -> None:
            with patch("shop.httpx.post", autospec=True) as post:
                for _ in range(number):
                    self.shop.httpx.post("https://elsewhere.example/")
                assert post.call_count == number

        self.session.run(test)

    def test_a_test_with_parameters_of_which_not_all_need_the_mock(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True):
                self.shop.greet("Ann")

        self.session.run(test, name="test_shop[0]")

    def test_responses_as_a_decorator_and_as_a_context(self) -> None:
        @responses.activate
        def decorated() -> None:
            responses.add(responses.POST, URL, json=GOOD)
            assert requests.post(URL, json={}, timeout=1).json() == GOOD

        def within() -> None:
            with responses.RequestsMock() as mocked:
                mocked.add(responses.POST, URL, json=GOOD)
                assert requests.post(URL, json={}, timeout=1).json() == GOOD

        self.session.run(decorated)
        self.session.run(within)

    def test_respx_as_a_decorator_as_a_context_and_as_a_fixture(self) -> None:
        @respx.mock
        def decorated() -> None:
            respx.post(URL).respond(json=GOOD)
            assert httpx.post(URL).json() == GOOD

        def within() -> None:
            with respx.mock(base_url="https://api.talk.example") as router:
                router.post("/v1/say").respond(json=GOOD)
                assert httpx.post(URL).json() == GOOD

        def router() -> Generator[None]:
            with respx.mock:
                yield

        def with_a_fixture() -> None:
            respx.post(URL).respond(json=GOOD)
            assert httpx.post(URL).json() == GOOD

        self.session.run(decorated)
        self.session.run(within)
        self.session.run(with_a_fixture, router)

    def test_a_provider_that_refuses_and_says_nothing_more(self) -> None:
        @respx.mock
        def test() -> None:
            respx.post(URL).respond(429)
            assert httpx.post(URL).status_code == 429

        self.session.run(test)

    def test_a_spy(self) -> None:
        def test() -> None:
            with patch("shop.send", wraps=self.shop.send) as send:
                assert self.shop.greet("Ann") == "hello Ann"
                send.assert_called_once_with("hello Ann")

        self.session.run(test)

    def test_a_doctest_whose_text_cannot_be_had(self) -> None:
        self.session.guard.begin(running(lambda: None))
        self.session.guard.calling()
        with patch("shop.httpx.post", autospec=True):
            pass
        self.session.findings += [*self.session.guard.called(), *self.session.guard.ended()]


class TestPytestMock:
    """pytest-mock stands on unittest.mock, and takes its own back."""

    @pytest.fixture
    def mocker(self, pytester: pytest.Pytester, session: Session) -> Callable[[str], list[str]]:
        def run(source: str) -> list[str]:
            class Plugin:
                def __init__(self) -> None:
                    self.codes: list[str] = []

                @pytest.hookimpl(wrapper=True)
                def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, object, object]:
                    session.guard.begin(running(item.function))
                    result = yield
                    self.codes += [finding.code.value for finding in session.guard.ended()]
                    return result

                @pytest.hookimpl(wrapper=True)
                def pytest_runtest_call(self) -> Generator[None, None, None]:
                    session.guard.calling()
                    yield
                    self.codes += [finding.code.value for finding in session.guard.called()]

                @pytest.hookimpl(wrapper=True)
                def pytest_fixture_setup(
                    self, fixturedef: pytest.FixtureDef[object]
                ) -> Generator[None, object, object]:
                    if fixturedef.scope == "function":
                        return (yield)
                    with session.guard.sharing(fixturedef):
                        return (yield)

            plugin = Plugin()
            pytester.makepyfile(source)
            result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:tapecheck", plugins=[plugin])
            result.assert_outcomes(passed=source.count("def test"))
            return plugin.codes

        return run

    @pytest.mark.parametrize(
        "body",
        [
            "assert mocker.patch('json.dumps', autospec=True) and json.dumps(1); mocker.resetall()",
            "mocker.patch('json.dumps', autospec=True); json.dumps(1); mocker.stopall()",
            "mocker.patch.dict('os.environ', {'SHOP_KEY': 'test-key'})",
            "spy = mocker.spy(json, 'dumps'); assert json.dumps(1) == '1'; assert spy.spy_return == '1'",
            "mocker.stub('callback'); mocker.async_stub('callback')",
        ],
    )
    def test_honest_tests(self, mocker: Callable[[str], list[str]], body: str) -> None:
        assert mocker(f"import json\ndef test_it(mocker):\n    {body}\n") == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("mocker.patch('json.dumps'); json.dumps(1)", "TC502"),
            ("mocker.patch('json.dumps', autospec=True)", "TC504"),
            ("mocker.spy(json, 'dumps')", "TC504"),
        ],
    )
    def test_lies(self, mocker: Callable[[str], list[str]], body: str, code: str) -> None:
        assert mocker(f"import json\ndef test_it(mocker):\n    {body}\n") == [code]

    def test_a_mocker_of_the_session_outlives_tests_as_it_is_meant_to(self, mocker: Callable[[str], list[str]]) -> None:
        found = mocker(
            "import json, pytest\n"
            "@pytest.fixture(scope='session')\n"
            "def dumps(session_mocker):\n"
            "    return session_mocker.patch('json.dumps', autospec=True)\n"
            "def test_one(dumps):\n    json.dumps(1)\n"
            "def test_two(dumps):\n    json.dumps(1)\n"
        )
        assert found == []


class TestBlame:
    """The test that does it is the one that is told of."""

    def test_who_leaks_is_blamed_and_not_who_comes_next(self, session: Session) -> None:
        patcher = patch("json.dumps", autospec=True)

        def leaks() -> None:
            patcher.start()
            json.dumps(1)

        try:
            assert session.codes(leaks) == [Code.LEAK]
            assert session.codes(lambda: None) == []
        finally:
            patcher.stop()
        assert session.codes(lambda: None) == []

    def test_a_wider_fixture_may_keep_what_it_has_set_up(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application = FastAPI()
        patcher, owner = patch("json.dumps", autospec=True), object()
        monkeypatch.delenv("SHOP_KEY", raising=False)
        session.guard.begin(running(lambda: None))
        with session.guard.sharing(owner):
            os.environ["SHOP_KEY"] = "test-key"
            application.dependency_overrides[running] = running
            patcher.start()
            router = respx.mock()
            router.start()
        session.guard.calling()
        assert list(session.guard.called()) == []
        assert list(session.guard.ended()) == []
        session.guard.begin(running(lambda: None))
        session.guard.calling()
        patcher.stop()
        router.stop()
        del os.environ["SHOP_KEY"]
        application.dependency_overrides.clear()
        session.guard.shared_ended(owner)
        assert list(session.guard.called()) == []
        assert list(session.guard.ended()) == []

    def test_what_happens_between_tests_is_nobodys(self, session: Session) -> None:
        with patch("json.dumps"):
            assert session.guard.called() == []
            assert session.guard.ended() == []
            assert session.codes(lambda: None) == []


class TestSessions:
    def test_nothing_is_left_behind(self, contracts: Contracts) -> None:
        watched = [
            (type(patch("os.name")), "__enter__"),
            (Mock, "assert_not_called"),
            (respx.Router, "record"),
            (httpx.MockTransport, "handle_request"),
            (responses.Response, "get_response"),
            (FastAPI, "__init__"),
        ]
        before = [getattr(owner, name) for owner, name in watched]
        with MockGuard(lambda: contracts, first_party=[]):
            assert all(getattr(owner, name) is not one for (owner, name), one in zip(watched, before, strict=True))
        assert [getattr(owner, name) for owner, name in watched] == before

    def test_a_session_within_a_test_hides_what_it_does(self, session: Session, contracts: Contracts) -> None:
        def lies() -> None:
            with patch("json.dumps"):
                pass

        def outer() -> None:
            with MockGuard(lambda: contracts, first_party=[]) as guard:
                assert Session(guard).codes(lies) == [Code.MOCK_WITHOUT_SPEC, Code.UNUSED_MOCK]

        assert session.codes(outer) == []
        assert session.codes(lies) == [Code.MOCK_WITHOUT_SPEC, Code.UNUSED_MOCK]

    def test_a_library_is_watched_once_it_is_imported(
        self, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(sys.modules, "respx")
        original = respx.Router.record
        with MockGuard(lambda: contracts, first_party=[]) as guard:
            assert respx.Router.record is original
            monkeypatch.setitem(sys.modules, "respx", respx)
            guard.begin(running(lambda: None))
            assert respx.Router.record is not original

    def test_unittest_mock_is_imported_for_a_file_that_speaks_of_it_and_for_no_other(
        self, contracts: Contracts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(sys.modules, "unittest.mock")
        monkeypatch.delattr(unittest, "mock")
        with MockGuard(lambda: contracts, first_party=[]) as guard:
            for text, is_imported in [("assert True", False), ("from unittest.mock import Mock", True)]:
                path = tmp_path / f"test_{is_imported}.py"
                path.write_text(text, encoding="utf-8")
                guard.begin(RunningTest(name="test", path=path, line=1))
                assert ("unittest.mock" in sys.modules) is is_imported

    def test_a_module_that_only_has_the_name_of_a_library_is_let_be(
        self, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "respx", ModuleType("respx"))
        with MockGuard(lambda: contracts, first_party=[]) as guard:
            assert Session(guard).codes(lambda: None) == []

    def test_all_that_is_wrong_with_one_test_is_told(self, session: Session, shop: ModuleType) -> None:
        def test() -> None:
            patch("shop.fetch").start()
            with respx.mock:
                respx.post(URL).respond(json=BAD)
                shop.ask("hello")

        found = session.codes(test)
        unittest.mock.patch.stopall()
        assert found == [
            Code.MOCK_WITHOUT_SPEC,
            Code.MOCKED_FIRST_PARTY,
            Code.UNUSED_MOCK,
            Code.MOCKED_ANSWER,
            Code.LEAK,
        ]


def test_an_asynchronous_mock_without_spec_is_one_too(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        with patch("shop.httpx.AsyncClient.post", AsyncMock()) as post:
            asyncio.run(shop.httpx.AsyncClient().post("https://elsewhere.example/"))
            post.assert_awaited_once()

    assert session.codes(test) == [Code.MOCK_WITHOUT_SPEC]
