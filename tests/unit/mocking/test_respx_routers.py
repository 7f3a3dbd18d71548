from __future__ import annotations

from collections.abc import Callable, Generator

import httpx
import pytest
import respx

from tapecheck.model import Code
from tests.unit.mocking.conftest import BAD, GOOD, URL, Session

ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture(autouse=True)
def _nothing_left() -> Generator[None]:
    yield
    respx.stop()
    respx.clear()


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_an_answer_that_the_contract_forbids_is_told_of_once(session: Session, using: str) -> None:
    def test() -> None:
        with respx.mock(using=using) as router:
            router.post(URL).respond(json=BAD)
            for _ in range(2):
                httpx.post(URL, json={})

    [found] = session.run(test)
    assert found.code is Code.MOCKED_ANSWER
    assert found.message.startswith("respx answers talk say: ")
    assert found.instance_path == "/id"


def test_a_route_that_nobody_asks_for_is_told_of_with_its_line(session: Session) -> None:
    @respx.mock
    def test() -> None:
        respx.post(URL).respond(json=GOOD)
        respx.get(ELSEWHERE).respond(200)
        httpx.post(URL, json={})

    [found] = session.run(test)
    assert found.code is Code.UNUSED_MOCK
    assert found.line == test.__wrapped__.__code__.co_firstlineno + 3  # type: ignore[attr-defined]
    assert "elsewhere.example" in found.message


def never_started() -> None:
    respx.get(ELSEWHERE).respond(200)


def in_a_transport() -> None:
    router = respx.Router()
    router.get(ELSEWHERE).respond(200)
    httpx.Client(transport=httpx.MockTransport(router.handler)).close()


@pytest.mark.parametrize("test", [never_started, in_a_transport])
def test_a_route_that_respx_itself_never_looks_at_is_told_of(session: Session, test: Callable[[], None]) -> None:
    assert session.codes(test) == [Code.UNUSED_MOCK]


@respx.mock(assert_all_called=False)
def told_not_to_mind(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(ELSEWHERE).respond(200)


@respx.mock
def looked_at() -> None:
    route = respx.get(ELSEWHERE).respond(200)
    assert not route.called


@respx.mock
def counted() -> None:
    respx.get(ELSEWHERE).respond(200)
    assert respx.calls.call_count == 0


@respx.mock
def raising() -> None:
    respx.get(ELSEWHERE).mock(side_effect=httpx.ConnectError)
    with pytest.raises(httpx.ConnectError):
        httpx.get(ELSEWHERE)


def in_a_helper() -> None:
    never_started()


@pytest.mark.parametrize("test", [told_not_to_mind, looked_at, counted, raising, in_a_helper])
def test_a_route_that_need_not_be_asked_for_is_right(session: Session, test: Callable[[], None]) -> None:
    assert session.codes(test) == []


def test_a_router_that_is_still_started_is_told_of_with_its_line(session: Session) -> None:
    def test() -> None:
        respx.start()

    found = session.run(test)
    assert [(one.code, one.line) for one in found] == [(Code.LEAK, test.__code__.co_firstlineno + 1)]
    assert found[0].message == "after the test a respx router is still started"


def test_a_second_router_that_is_still_started_is_told_of_too(session: Session) -> None:
    def outer() -> Generator[None]:
        with respx.mock:
            yield

    second = respx.mock()
    try:
        assert session.codes(second.start, outer) == [Code.LEAK]
    finally:
        second.stop()
