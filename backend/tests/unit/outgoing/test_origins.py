from __future__ import annotations

import httpx
import pytest

from backend.outgoing.origins import origin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/data?key=secret#part", "https://api.example.com"),
        ("HTTPS://API.Example.com./", "https://api.example.com"),
        ("https://api.example.com:443/", "https://api.example.com"),
        ("https://api.example.com.:8443/", "https://api.example.com:8443"),
        ("http://api.example.com/", "http://api.example.com"),
        ("http://api.example.com:80/", "http://api.example.com"),
        ("http://api.example.com:443/", "http://api.example.com:443"),
        ("https://api.example.com:80/", "https://api.example.com:80"),
        ("https://user:secret@api.example.com/", "https://api.example.com"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_what_belongs_to_one_service(url: str, expected: str) -> None:
    assert origin(httpx.URL(url)) == expected
