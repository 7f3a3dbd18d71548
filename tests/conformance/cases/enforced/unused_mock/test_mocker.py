# without: passed
# with: TC504
from shop import prices


def test_the_total(mocker):
    get = mocker.patch("requests.get", autospec=True)
    get.return_value.status_code = 200
    assert prices.total(["rose"]) == 3
