# without: passed
# with: passed
from unittest import mock

from shop import assistant, prices, stock


def test_a_library_where_we_use_it():
    with mock.patch("shop.assistant.OpenAI", autospec=True) as client:
        chat = client.return_value.chat = mock.MagicMock()
        chat.completions.create.return_value.choices[0].message.content = "Tulips."
        assert assistant.answer("What is in season?") == "Tulips."


def test_sleep_where_we_use_it(mocker):
    sleep = mocker.patch("shop.stock.time.sleep", autospec=True)
    mocker.patch("shop.stock.httpx.post", autospec=True, side_effect=stock.httpx.ReadTimeout("late"))
    assert stock.order_patiently("rose", 1) is None
    assert sleep.call_count == 3


def test_our_constant(mocker):
    mocker.patch.dict(prices.PRICES, {"rose": 5})
    mocker.patch("shop.prices.CURRENCY", "USD")
    assert (prices.total(["rose"]), prices.CURRENCY) == (5, "USD")


def test_a_spy_runs_the_code(mocker):
    spy = mocker.spy(prices, "total")
    assert prices.Basket(["rose"]).total() == 3
    spy.assert_called_once_with(["rose"])


def test_something_of_the_test_itself():
    with mock.patch(f"{__name__}.helper", autospec=True, return_value=2):
        assert helper() == 2


def helper():
    return 1
