# without: passed
# with test_stock: TC505
# with test_after: passed
import requests
import responses

MOCKED = responses.RequestsMock()


def test_stock():
    MOCKED.start()
    MOCKED.get("https://wholesale.example/flowers", json={"flowers": ["rose"]})
    assert requests.get("https://wholesale.example/flowers", timeout=5).json() == {"flowers": ["rose"]}


def test_after():
    assert True


def teardown_module():
    MOCKED.stop()
    MOCKED.reset()
