from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
import requests
import responses

from tapecheck.model import Code
from tests.unit.mocking.conftest import BAD, CUT, GOOD, STREAM, URL, Session

ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture(autouse=True)
def _nothing_left() -> Generator[None]:
    yield
    responses.stop(allow_assert=False)
    responses.reset()


def post(**options: object) -> requests.Response:
    return requests.post(URL, timeout=1, **options)  # type: ignore[arg-type]


@responses.activate
def registered() -> None:
    responses.add(responses.POST, URL, json=BAD)
    post(json={})


@responses.activate
def called_back() -> None:
    responses.add_callback(responses.POST, URL, lambda request: (200, {}, '{"id": 1}'), content_type="application/json")
    post(json={})


@responses.activate
def never_read() -> None:
    responses.add(responses.POST, URL, json=BAD)
    post(json={}, stream=True).close()


@pytest.mark.parametrize("test", [registered, called_back, never_read])
def test_an_answer_that_the_contract_forbids_is_told_of(session: Session, test: Callable[[], None]) -> None:
    [found] = session.run(test)
    assert found.code is Code.MOCKED_ANSWER
    assert found.message.startswith("responses answers talk say: ")
    assert found.instance_path == "/id"


@pytest.mark.parametrize(("body", "codes"), [(STREAM, []), (CUT, [Code.MOCKED_ANSWER])])
def test_a_stream_is_judged_as_one(session: Session, body: bytes, codes: list[Code]) -> None:
    @responses.activate
    def test() -> None:
        responses.add(responses.POST, URL, body=body, content_type="text/event-stream")
        with post(json={"stream": True}, stream=True) as answer:
            assert list(answer.iter_lines())

    assert session.codes(test) == codes


def test_an_answer_that_nobody_asks_for_is_told_of_with_its_line(session: Session) -> None:
    @responses.activate
    def test() -> None:
        responses.add(responses.POST, URL, json=GOOD)
        responses.get(ELSEWHERE, json={})
        post(json={})

    [found] = session.run(test)
    assert found.code is Code.UNUSED_MOCK
    assert found.message == f"the answer to GET {ELSEWHERE} is set up and never asked for"
    assert found.line == test.__wrapped__.__code__.co_firstlineno + 3  # type: ignore[attr-defined]


@responses.activate(assert_all_requests_are_fired=False)
def told_not_to_mind() -> None:
    responses.get(ELSEWHERE, json={})


def of_ones_own() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.get(ELSEWHERE, json={})


@responses.activate
def looked_at() -> None:
    answer = responses.get(ELSEWHERE, json={})
    assert answer.call_count == 0


@responses.activate
def counted() -> None:
    responses.get(ELSEWHERE, json={})
    assert len(responses.calls) == 0


@responses.activate
def removed() -> None:
    responses.get(ELSEWHERE, json={})
    responses.remove(responses.GET, ELSEWHERE)


@responses.activate
def raising() -> None:
    responses.post(URL, body=requests.ConnectionError("no"))
    with pytest.raises(requests.ConnectionError):
        post(json={})


@pytest.mark.parametrize("test", [told_not_to_mind, of_ones_own, looked_at, counted, removed, raising])
def test_an_answer_that_need_not_be_asked_for_is_right(session: Session, test: Callable[[], None]) -> None:
    assert session.codes(test) == []


def test_responses_that_is_still_started_is_told_of_with_its_line(session: Session) -> None:
    def test() -> None:
        responses.start()

    [found] = session.run(test)
    assert (found.code, found.line) == (Code.LEAK, test.__code__.co_firstlineno + 1)
    assert found.message.startswith("after the test responses is still at work: ")
