# without: passed
# with: passed
# tape: order
"""The body is sent in pieces, from a generator and from a file."""

import io

import httpx
import pytest
import requests

URL = "https://wholesale.example/orders"


def pieces():
    yield b'{"flower": "rose", '
    yield b'"count": 12}'


@pytest.mark.vcr
def test_from_a_generator():
    headers = {"content-type": "application/json"}
    assert httpx.post(URL, content=pieces(), headers=headers).json()["id"] == "order-1"


@pytest.mark.vcr
def test_from_a_file():
    file = io.BytesIO(b"".join(pieces()))
    answer = requests.post(URL, data=file, headers={"content-type": "application/json"}, timeout=5)
    assert answer.json()["id"] == "order-1"
