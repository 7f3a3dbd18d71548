from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import AddressRefusedError
from backend.outgoing.urls import PRIVATE_NAMES, check_url, parse_url

PUBLIC = httpx.URL("https://api.example.com/v1/data?page=2")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.example.com/data", "api.example.com"),
        ("http://API.Example.COM:8080", "api.example.com"),
        ("HTTPS://api.example.com.", "api.example.com"),
        ("https://example.com:65535", "example.com"),
        ("https://my_service.example-2.com", "my_service.example-2.com"),
        ("https://1password.com", "1password.com"),
        ("https://3.14.example", "3.14.example"),
        ("https://0xbeef.cafe", "0xbeef.cafe"),
        ("https://localhost.example.com", "localhost.example.com"),
        ("https://notlocal", "notlocal"),
        ("https://müller.example", "xn--mller-kva.example"),
        ("https://example。com", "example.com"),
        ("https://xn--mller-kva.example", "xn--mller-kva.example"),
        (f"https://{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_names_that_may_be_public(url: str, host: str) -> None:
    assert check_url(parse_url(url)) == host


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700:4700::1111", "64:ff9b::8.8.8.8"])
def test_public_addresses(address: str) -> None:
    written = f"[{address}]" if ":" in address else address
    assert check_url(parse_url(f"https://{written}:8443/")) == ip_address(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com", "scheme is 'ftp'"),
        ("//example.com", "scheme is ''"),
        ("example.com", "scheme is ''"),
        ("https://user@example.com", "a user name or password"),
        ("https://:pw@example.com", "a user name or password"),
        ("https://example.com:0", "its port"),
        ("https://example.com:65536", "its port"),
        ("https://example.com:-1", "its port"),
        ("https:///path", "not a name"),
        ("https://a..example", "not a name"),
        ("https://.", "not a name"),
        (f"https://{'a' * 64}.example", "not a name"),
        (f"https://{'a.' * 127}example", "not a name"),
        ("https://exam%70le.com", "not a name"),
        ("https://ex*mple.com", "not a name"),
        ("https://xn--a", "not a name"),
        ("https://10.0.0.1", "10.0.0.1 is not a public address"),
        ("https://[::1]", "::1 is not a public address"),
        ("https://[2606:4700::1%25eth0]", "is not a public address"),
        ("https://2130706433", "is a number"),
        ("https://example.0x7f", "is a number"),
        ("https://1.2.3.4.", "is a number"),
    ],
)
def test_refused_for_a_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        check_url(parse_url(url))
    assert reason in caught.value.detail


@pytest.mark.parametrize("name", PRIVATE_NAMES)
@pytest.mark.parametrize("url", ["http://{}", "http://{}.", "http://{}:8080/", "http://below.{}"])
def test_private_names(name: str, url: str) -> None:
    with pytest.raises(AddressRefusedError, match="is not a public name"):
        check_url(parse_url(url.format(name)))


@given(
    address=st.ip_addresses(v=4), spelling=st.sampled_from(["{:d}", "0x{:x}", "0X{:08X}", "0{:o}", "{:d}.", "0.{:d}"])
)
def test_no_other_spelling_of_a_number_is_a_host(address: IPv4Address, spelling: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_url(parse_url(f"http://{spelling.format(int(address))}/"))


@given(text=st.text())
def test_any_text_is_refused_or_leads_to_a_host(text: str) -> None:
    for url in (text, f"http://{text}", f"http://{text}.example/", f"http://example.com:{text}"):
        with suppress(AddressRefusedError):
            assert check_url(parse_url(url))


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/other", "https://api.example.com/other"),
        ("//example.org", "https://example.org"),
        ("http://example.org/", "http://example.org/"),
        ("?page=3", "https://api.example.com/v1/data?page=3"),
    ],
)
def test_references(reference: str, url: str) -> None:
    assert str(parse_url(reference, PUBLIC)) == url


@pytest.mark.parametrize("base", [None, PUBLIC])
def test_a_message_holds_nothing_of_what_is_no_url(base: httpx.URL | None) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        parse_url("https://user:hunter2", base)
    assert "hunter2" not in caught.value.detail
    assert caught.value.__suppress_context__


def test_a_message_holds_neither_password_nor_query() -> None:
    with pytest.raises(AddressRefusedError) as caught:
        check_url(parse_url("https://user:hunter2@example.com/?key=swordfish"))
    assert "hunter2" not in caught.value.detail
    assert "swordfish" not in caught.value.detail
    assert "https://example.com" in caught.value.detail


@pytest.mark.parametrize("url", [f"http://{'x' * 60_000}/", f"{'x' * 60_000}://example.com/"])
def test_a_message_holds_no_more_of_a_url_than_can_be_read(url: str) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        check_url(parse_url(url))
    assert len(caught.value.detail) < 500
