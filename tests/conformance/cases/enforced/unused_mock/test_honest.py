# without: passed
# without test_a_skipped_one: skipped
# with: passed
# with test_a_skipped_one: skipped
import time
from unittest import mock

import httpx
import pytest
import respx

from shop import prices, stock


def test_it_does_not_wait(mocker):
    sleep = mocker.patch("time.sleep", autospec=True)
    assert prices.total(["rose"]) == 3
    sleep.assert_not_called()


@mock.patch("time.sleep", autospec=True)
def test_it_is_not_called(sleep):
    assert prices.total(["rose"]) == 3
    assert not sleep.called


@mock.patch("time.sleep", autospec=True)
def test_how_often_it_waits(sleep):
    assert prices.total(["rose"]) == 3
    assert sleep.call_count == 0
    assert sleep.mock_calls == []


@pytest.fixture
def no_sleep():
    with mock.patch("time.sleep", autospec=True) as sleep:
        yield sleep


@pytest.fixture(autouse=True)
def no_network(mocker):
    mocker.patch("socket.create_connection", autospec=True, side_effect=OSError("no network"))


def test_a_fixture_for_whoever_needs_it(no_sleep):
    assert prices.total(["rose"]) == 3


@mock.patch("shop.prices.CURRENCY", "USD")
def test_a_constant():
    assert prices.total(["rose"]) == 3


def test_a_guard_against_the_network(respx_mock):
    route = respx_mock.get("https://wholesale.example/flowers").respond(json={"flowers": []})
    assert stock.in_stock() == []
    assert route.called


def test_a_route_that_must_not_be_called():
    with respx.mock(assert_all_called=False) as router:
        route = router.get("https://wholesale.example/flowers")
        assert prices.total(["rose"]) == 3
        assert not route.called


@mock.patch("httpx.AsyncClient.get", autospec=True)
@pytest.mark.anyio
async def test_it_awaits_nothing(get):
    assert prices.total(["rose"]) == 3
    get.assert_not_awaited()


@mock.patch("shop.stock.time", autospec=True)
@mock.patch("shop.stock.httpx.post", autospec=True, side_effect=httpx.ReadTimeout("late"))
def test_a_child_is_called(post, clock):
    assert stock.order_patiently("rose", 1) is None
    assert clock.sleep.called


def test_a_skipped_one(mocker):
    mocker.patch("time.sleep", autospec=True)
    if time.time() > 0:
        pytest.skip("nothing to wait for")
