# without: passed
# with: passed
import os
import time
from contextlib import ExitStack
from unittest import mock

import httpx
import pytest

from shop import prices, stock


class Answer:
    def json(self):
        return {"flowers": ["aster"]}


@mock.patch("httpx.get", autospec=True)
def test_autospec(get):
    get.return_value.json.return_value = {"flowers": ["aster"]}
    assert stock.in_stock() == ["aster"]


@mock.patch("httpx.get", lambda *_, **__: Answer())
def test_a_function():
    assert stock.in_stock() == ["aster"]


def test_a_spec():
    with mock.patch("httpx.get", spec=httpx.get) as get:
        get.return_value.json.return_value = {"flowers": ["aster"]}
        assert stock.in_stock() == ["aster"]


def test_a_mock_that_was_made_with_a_spec():
    get = mock.create_autospec(httpx.get, return_value=httpx.Response(200, json={"flowers": []}))
    with mock.patch.object(httpx, "get", get):
        assert stock.in_stock() == []


def test_a_constant():
    with mock.patch("shop.prices.CURRENCY", "USD"), mock.patch.object(stock, "URL", "https://other.example"):
        assert prices.CURRENCY == "USD"


def test_dictionaries():
    with mock.patch.dict(prices.PRICES, {"aster": 1}), mock.patch.dict(os.environ, SHOP="open"):
        assert prices.price("aster") == 1


def test_spy(mocker):
    spy = mocker.spy(prices, "price")
    assert prices.total(["rose", "rose"]) == 6
    assert spy.call_count == 2


def test_stub(mocker):
    callback = mocker.stub("callback")
    callback("done")
    callback.assert_called_once_with("done")


def test_monkeypatch(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    time.sleep(1000)


def test_a_mock_that_is_passed_in():
    handler = mock.Mock()
    handler(1)
    handler.assert_called_once_with(1)


def test_several():
    with ExitStack() as stack:
        sleep = stack.enter_context(mock.patch("time.sleep", autospec=True))
        time.sleep(3)
        sleep.assert_called_once_with(3)


@pytest.mark.anyio
@mock.patch("httpx.AsyncClient.post", autospec=True)
async def test_async(post):
    post.return_value = httpx.Response(200, json={"id": "order-7"})
    assert await stock.order_async("rose", 12) == "order-7"
