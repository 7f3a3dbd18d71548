from __future__ import annotations

from collections.abc import Generator
from types import ModuleType
from unittest.mock import AsyncMock, Mock, PropertyMock, patch

import pytest
import respx

from tapecheck.model import Code
from tests.unit.mocking.conftest import Session


class TestLies:
    """Each of these sets up a mock that nothing uses."""

    @pytest.fixture(autouse=True)
    def _lies(self, session: Session, shop: ModuleType) -> Generator[None]:
        self.session, self.shop = session, shop
        yield
        told = [one for one in session.findings if one.code is not Code.MOCK_WITHOUT_SPEC]
        assert [one.code for one in told] == [Code.UNUSED_MOCK]
        assert "never used" in told[0].message

    def test_in_a_context(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", return_value=1):
                assert self.shop.greet("Ann") == "hello Ann"

        self.session.run(test)

    def test_started(self) -> None:
        def test() -> None:
            patcher = patch("shop.httpx.post", return_value=1)
            patcher.start()
            assert self.shop.greet("Ann") == "hello Ann"
            patcher.stop()

        self.session.run(test)

    def test_by_a_decorator(self) -> None:
        @patch("shop.httpx.post", autospec=True)
        def test(post: Mock) -> None:
            post.return_value.json.return_value = {"id": "a"}
            assert self.shop.greet("Ann") == "hello Ann"

        self.session.run(test)

    def test_a_mock_that_is_configured_deeply(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client") as client:
                client.return_value.__enter__.return_value.post.side_effect = ValueError
                client.return_value.timeout = 3
                client.return_value.configure_mock(base_url="https://elsewhere.example")
                assert self.shop.greet("Ann") == "hello Ann"

        self.session.run(test)

    def test_another_mock_that_is_asserted_on(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True), patch("shop.time.sleep") as sleep:
                self.shop.wait()
                assert sleep.call_count == 1

        self.session.run(test)

    def test_a_name_that_is_called_on_something_else(self) -> None:
        def test() -> None:
            client = Mock(spec=["post"])
            with patch("shop.httpx.post", autospec=True):
                client.post("/")

        self.session.run(test)

    def test_an_asynchronous_test_of_anyio(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True):
                self.shop.greet("Ann")

        self.session.run(test, name="test[asyncio+uvloop]")


class TestHonest:
    """Each of these uses its mock, or says that it is not to be used."""

    @pytest.fixture(autouse=True)
    def _honest(self, session: Session, shop: ModuleType) -> Generator[None]:
        self.session, self.shop = session, shop
        yield
        assert [one for one in session.findings if one.code is Code.UNUSED_MOCK] == []

    def test_its_child_is_called(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client"):
                self.shop.httpx.Client.create()

        self.session.run(test)

    @pytest.mark.parametrize("effect", [AssertionError, AssertionError("must not ask")], ids=["class", "instance"])
    def test_a_call_would_fail_the_test(self, effect: object) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True, side_effect=effect):
                assert self.shop.greet("Ann") == "hello Ann"

        self.session.run(test)

    def test_its_attribute_is_read(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client", autospec=True):
                assert self.shop.httpx.Client.timeout is not None

        self.session.run(test)

    def test_a_value_that_it_was_given_may_be_read(self) -> None:
        def test() -> None:
            with patch("shop.Settings") as settings:
                settings.limit = 4
                assert self.shop.Settings.limit == 4

        self.session.run(test)

    def test_a_property_of_it_may_be_read(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client") as client:
                type(client).timeout = PropertyMock(return_value=3)
                assert self.shop.httpx.Client.timeout == 3

        self.session.run(test)

    def test_a_helper_with_a_decorator_is_not_the_test(self) -> None:
        def test() -> None:
            _decorated(self.shop)

        self.session.run(test)

    def test_it_is_awaited(self) -> None:
        def test() -> None:
            with patch("shop.fetch", AsyncMock()):
                self.shop.fetch("a").close()

        self.session.run(test)

    def test_it_is_a_context(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client"), self.shop.httpx.Client:
                pass

        self.session.run(test)

    def test_it_is_a_value(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True) as post:
                handlers = {"post": post}
            assert handlers

        self.session.run(test)

    def test_it_is_a_value_by_its_own_name(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", autospec=True):
                assert {"post": self.shop.httpx.post}

        self.session.run(test)

    def test_it_was_used_before_it_was_reset(self) -> None:
        def test() -> None:
            with patch("shop.httpx.Client") as client:
                self.shop.httpx.Client.create()
                client.create.reset_mock()
                client.reset_mock()

        self.session.run(test)

    def test_a_function_that_stands_in_is_none(self) -> None:
        def test() -> None:
            with patch("shop.httpx.post", lambda url: None):
                pass

        self.session.run(test)

    def test_what_cannot_be_called_is_never_called(self) -> None:
        def test() -> None:
            with patch("shop.SETTINGS", Mock(spec=["limit"])):
                pass

        self.session.run(test)

    def test_a_fixture_sets_up_for_tests_that_may_not_need_it(self) -> None:
        def mocked() -> Generator[None]:
            with patch("shop.httpx.post", autospec=True):
                yield

        self.session.run(lambda: None, mocked)

    def test_a_helper_sets_up_for_tests_that_may_not_need_it(self) -> None:
        self.session.run(lambda: _mocked(self.shop))

    def test_it_is_not_awaited_on_purpose(self) -> None:
        def test() -> None:
            with patch("shop.fetch", AsyncMock()) as fetch:
                fetch.assert_not_awaited()

        self.session.run(test)

    def test_a_decorator_that_names_what_it_patches_elsewhere(self) -> None:
        mocked = patch("shop.httpx.post", autospec=True)

        @mocked
        def test(_: Mock) -> None:
            pass

        self.session.run(test)

    def test_one_of_many_rounds_uses_it(self) -> None:
        def test() -> None:
            for number in range(3):
                with patch("shop.httpx.post", autospec=True) as post:
                    if number == 1:
                        post("https://elsewhere.example")

        self.session.run(test)


@patch("shop.httpx.post", autospec=True)
def _decorated(shop: ModuleType, _: Mock) -> None:
    shop.greet("Ann")


def _mocked(shop: ModuleType) -> None:
    with patch("shop.httpx.post", autospec=True):
        shop.greet("Ann")


def test_a_route_of_a_router_that_is_never_started_is_never_asked(session: Session) -> None:
    def test() -> None:
        respx.get("https://elsewhere.example/").respond(200)

    try:
        [found] = session.run(test)
    finally:
        respx.clear()
    assert found.code is Code.UNUSED_MOCK
    assert found.line == test.__code__.co_firstlineno + 1
