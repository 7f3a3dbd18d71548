# without: passed
# with: passed
# tape: picture
"""The boundary between the parts is another one each time."""

import httpx
import pytest


@pytest.mark.vcr
def test_a_picture_is_stored():
    picture = ("rose.txt", b"a red rose", "text/plain")
    answer = httpx.post("https://wholesale.example/pictures", files={"picture": picture})
    assert answer.json()["id"] == "picture-1"
