# without: passed
# with: passed
# tape: stock as elsewhere/what_there_is
import pytest

from shop import stock


@pytest.fixture(scope="module")
def vcr_cassette_dir(request):
    return str(request.path.parent / "cassettes" / "test_honest_own_folder" / "elsewhere")


@pytest.mark.vcr
@pytest.mark.default_cassette("what_there_is")
def test_what_there_is():
    assert stock.in_stock() == ["rose", "tulip"]
