# without: passed
# with test_stock: TC505
# with test_after: passed
import respx

from shop import stock

ROUTER = respx.MockRouter(assert_all_called=False)


def test_stock():
    ROUTER.start()
    ROUTER.get("https://wholesale.example/flowers").respond(json={"flowers": ["rose"]})
    assert stock.in_stock() == ["rose"]


def test_after():
    assert True


def teardown_module():
    ROUTER.stop()
