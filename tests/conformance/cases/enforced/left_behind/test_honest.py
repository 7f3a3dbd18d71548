# without: passed
# with: passed
import os
import time
from unittest import mock

import pytest
import responses
import respx
from fastapi.testclient import TestClient

from shop import stock
from shop.web import app, opening_hours


@pytest.fixture(scope="module", autouse=True)
def settings():
    os.environ["SHOP_SETTINGS"] = "test"
    patcher = mock.patch("shop.prices.CURRENCY", "USD")
    patcher.start()
    yield
    patcher.stop()
    del os.environ["SHOP_SETTINGS"]


@pytest.fixture
def closed():
    app.dependency_overrides[opening_hours] = lambda: "closed"
    yield
    app.dependency_overrides.pop(opening_hours)


def test_settings(monkeypatch):
    monkeypatch.setenv("SHOP_SETTINGS", "other")
    monkeypatch.delenv("PATH", raising=False)
    assert os.environ["SHOP_SETTINGS"] == "other"


def test_closed(closed):
    assert TestClient(app).get("/hours").json() == {"hours": "closed"}


def test_put_back():
    before = dict(os.environ)
    os.environ["SHOP_TOKEN"] = "a token of a test"
    os.environ.clear()
    os.environ.update(before)


def test_started_and_stopped():
    patcher = mock.patch("time.sleep", autospec=True)
    sleep = patcher.start()
    time.sleep(1000)
    patcher.stop()
    assert sleep.called


def test_stopall(mocker):
    sleep = mocker.patch("time.sleep", autospec=True)
    time.sleep(1000)
    assert sleep.called
    mocker.stopall()


def test_dictionary():
    with mock.patch.dict(os.environ, {"SHOP_TOKEN": "a token of a test"}, clear=True):
        assert len(os.environ) < 5


@pytest.fixture(scope="session")
def whole_session():
    os.environ["SHOP_SESSION"] = "1"
    yield
    del os.environ["SHOP_SESSION"]


def test_sets_up_what_lasts(whole_session):
    assert os.environ["SHOP_SESSION"]


def test_it_is_still_there():
    assert os.environ["SHOP_SESSION"]


def test_for_the_whole_session(session_mocker):
    session_mocker.patch("shop.prices.CURRENCY", "GBP")


@respx.mock
@responses.activate
def test_both_routers():
    respx.get("https://wholesale.example/flowers").respond(json={"flowers": []})
    assert stock.in_stock() == []
