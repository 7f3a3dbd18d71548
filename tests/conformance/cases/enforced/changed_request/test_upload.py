# without: passed
# with: TC401
# tape: picture
import httpx
import pytest


@pytest.mark.vcr
def test_a_picture_is_stored():
    picture = ("rose.txt", b"a yellow rose", "text/plain")
    answer = httpx.post("https://wholesale.example/pictures", files={"picture": picture})
    assert answer.json()["id"] == "picture-1"
