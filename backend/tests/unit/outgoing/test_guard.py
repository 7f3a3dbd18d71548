from __future__ import annotations

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.errors import AddressRefusedError, UpstreamError
from backend.outgoing.client import make_client, translating
from backend.outgoing.guard import GuardedTransport
from backend.settings import Settings
from backend.tests.network import (
    PUBLIC,
    CountingResolver,
    CountingTransport,
    LoopbackTransport,
    WatchedBody,
    raw_server,
)

pytestmark = pytest.mark.anyio

NAME = "api.example.com"
PUBLIC_IPV6 = "2606:4700:4700::1111"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def client_of(
    transport: httpx.AsyncBaseTransport, resolver: CountingResolver | None = None, *, follow: bool = False
) -> httpx.AsyncClient:
    client = make_client(Settings(), GuardedTransport(resolver or CountingResolver(), transport))
    client.follow_redirects = follow
    return client


def redirecting(*locations: str) -> Callable[[httpx.Request], httpx.Response]:
    """Answer requests with redirects, then with success."""
    left = iter(locations)

    def answer(request: httpx.Request) -> httpx.Response:
        location = next(left, None)
        return httpx.Response(302, headers={"location": location}) if location is not None else httpx.Response(200)

    return answer


def unreachable(*addresses: str) -> Callable[[httpx.Request], httpx.Response]:
    """Let these addresses take no connection: the first refuses it, the others do not answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host in addresses:
            raise httpx.ConnectError("refused") if request.url.host == addresses[0] else httpx.ConnectTimeout("silent")
        return httpx.Response(200)

    return answer


async def test_the_connection_goes_to_the_address_and_the_name_stays() -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with client_of(transport, resolver) as client:
        response = await client.get(f"https://{NAME}:8443/data?page=2", headers={"x-mine": "1"})
    (request,) = transport.requests
    assert request.url == f"https://{PUBLIC}:8443/data?page=2"
    assert request.headers["host"] == f"{NAME}:8443"
    assert request.headers["x-mine"] == "1"
    assert request.extensions["sni_hostname"] == NAME
    assert request.extensions["timeout"]["connect"] == Settings().connect_timeout
    assert response.url == f"https://{NAME}:8443/data?page=2"
    assert resolver.asked == [NAME]


async def test_the_dot_at_the_end_of_a_name_is_neither_asked_for_nor_verified() -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with client_of(transport, resolver) as client:
        await client.get(f"https://{NAME}./")
    assert resolver.asked == [NAME]
    assert transport.requests[0].extensions["sni_hostname"] == NAME
    assert transport.requests[0].headers["host"] == f"{NAME}."


async def test_a_body_is_sent_on() -> None:
    transport = CountingTransport()
    async with client_of(transport) as client:
        await client.post(f"https://{NAME}/", json={"a": 1})
    assert await transport.requests[0].aread() == b'{"a":1}'


@pytest.mark.parametrize("address", [PUBLIC, PUBLIC_IPV6])
async def test_a_public_address_needs_no_resolver(address: str) -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with client_of(transport, resolver) as client:
        await client.get(f"http://[{address}]/" if ":" in address else f"http://{address}/")
    assert transport.addresses == [address]
    assert "sni_hostname" not in transport.requests[0].extensions
    assert resolver.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/", "file:///etc/passwd"])
async def test_a_url_that_may_not_be_called_is_not_resolved(url: str) -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with client_of(transport, resolver) as client:
        with pytest.raises(AddressRefusedError):
            await client.get(url)
    assert (transport.addresses, resolver.asked) == ([], [])


@pytest.mark.parametrize("addresses", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], [PUBLIC_IPV6, "fe80::1%eth0"], ["::1"]])
async def test_one_address_that_is_not_public_is_enough(addresses: list[str]) -> None:
    transport = CountingTransport()
    async with client_of(transport, CountingResolver({NAME: addresses})) as client:
        with pytest.raises(AddressRefusedError, match="an address that is not public") as caught:
            await client.get(f"https://{NAME}/")
    assert transport.addresses == []
    assert not any(address in caught.value.detail for address in addresses)


async def test_no_address_at_all() -> None:
    async with client_of(CountingTransport(), CountingResolver({NAME: []})) as client:
        with pytest.raises(UpstreamError, match="cannot be resolved"):
            await client.get(f"https://{NAME}/")


async def test_each_request_is_resolved_once() -> None:
    transport = CountingTransport()
    resolver = CountingResolver({NAME: [[PUBLIC], ["127.0.0.1"]]})
    async with client_of(transport, resolver) as client:
        await client.get(f"https://{NAME}/")
        assert resolver.asked == [NAME]
        with pytest.raises(AddressRefusedError):
            await client.get(f"https://{NAME}/")
    assert transport.addresses == [PUBLIC]
    assert resolver.asked == [NAME, NAME]


async def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    transport = CountingTransport(unreachable("1.1.1.1", "1.1.1.2"))
    resolver = CountingResolver({NAME: ["1.1.1.1", "1.1.1.2", PUBLIC, "1.1.1.4"]})
    async with client_of(transport, resolver) as client:
        assert (await client.get(f"https://{NAME}/")).status_code == 200
    assert transport.addresses == ["1.1.1.1", "1.1.1.2", PUBLIC]
    assert resolver.asked == [NAME]


async def test_the_last_address_tells_the_error() -> None:
    transport = CountingTransport(unreachable("1.1.1.1", "1.1.1.2"))
    async with client_of(transport, CountingResolver({NAME: ["1.1.1.1", "1.1.1.2"]})) as client:
        with pytest.raises(httpx.ConnectTimeout):
            await client.get(f"https://{NAME}/")


async def test_an_error_after_the_connection_is_not_tried_again() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost")

    transport = CountingTransport(answer)
    async with client_of(transport, CountingResolver({NAME: ["1.1.1.1", "1.1.1.2"]})) as client:
        with pytest.raises(httpx.ReadError):
            await client.post(f"https://{NAME}/")
    assert transport.addresses == ["1.1.1.1"]


async def test_redirects_are_checked_like_any_request() -> None:
    transport = CountingTransport(redirecting("https://cdn.example.org/data"))
    resolver = CountingResolver({"cdn.example.org": ["10.0.0.1"]})
    async with client_of(transport, resolver, follow=True) as client:
        with pytest.raises(AddressRefusedError, match=r"cdn\.example\.org"):
            await client.get(f"https://{NAME}/")
    assert transport.addresses == [PUBLIC]
    assert resolver.asked == [NAME, "cdn.example.org"]


async def test_a_redirect_to_another_host_takes_no_credentials_and_its_own_name_along() -> None:
    transport = CountingTransport(redirecting("https://cdn.example.org/data", f"http://{PUBLIC}/", "/end"))
    async with client_of(transport, follow=True) as client:
        await client.get(f"https://{NAME}/", headers={"authorization": "Bearer swordfish", "cookie": "a=b"})
    first, second, third, fourth = transport.requests
    assert first.headers["authorization"] == "Bearer swordfish"
    assert not {"authorization", "cookie"} & {*second.headers, *third.headers, *fourth.headers}
    assert (second.headers["host"], second.extensions["sni_hostname"]) == ("cdn.example.org", "cdn.example.org")
    assert third.headers["host"] == PUBLIC
    assert "sni_hostname" not in third.extensions
    assert fourth.url == f"http://{PUBLIC}/end"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "javascript:alert(1)",
        "http://[",
        "http://xn--a/",
        "https://user:pw@example.org",
        "//0x7f.1",
    ],
)
@pytest.mark.parametrize("follow", [False, True])
async def test_a_redirect_that_leads_nowhere_is_refused_before_anybody_follows(location: str, *, follow: bool) -> None:
    transport = CountingTransport(redirecting(location))
    async with client_of(transport, follow=follow) as client:
        with pytest.raises(AddressRefusedError):
            await client.get(f"https://{NAME}/")
    assert transport.addresses == [PUBLIC]


async def test_the_connection_of_a_refused_redirect_is_given_back() -> None:
    body = WatchedBody(b"body")
    transport = CountingTransport(
        lambda request: httpx.Response(302, headers={"location": "http://10.0.0.1/"}, stream=body)
    )
    async with client_of(transport) as client:
        with pytest.raises(AddressRefusedError):
            await client.get(f"https://{NAME}/")
    assert (body.taken, body.closed) == (0, True)


async def test_it_closes_what_makes_the_connections() -> None:
    transport = CountingTransport()
    async with client_of(transport):
        assert not transport.closed
    assert transport.closed


async def test_connections_are_not_kept() -> None:
    """Two names on one address would share one: httpx knows connections by scheme, address and port only."""
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    async with raw_server(reply + b"1.", reply + b"2.", hold=True) as server:
        keeping = LoopbackTransport(server.port, httpx.AsyncHTTPTransport())
        async with client_of(keeping) as client:
            bodies = [(await client.get(f"http://{name}/")).text for name in (NAME, "other.example.org")]
    assert bodies == ["1.", "2."]
    async with GuardedTransport(CountingResolver()) as transport:
        pool = transport._inner._pool  # type: ignore[attr-defined]
        assert pool._max_keepalive_connections == 0


def make_tls(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS of a server with a certificate for `NAME`, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = directory / "server.pem"
    pem.write_bytes(private + certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=certificate.decode())


async def test_tls_verifies_the_name_though_the_address_is_called(tmp_path: Path) -> None:
    tls, trusting = make_tls(tmp_path)
    names: list[str] = []
    tls.sni_callback = lambda connection, name, context: names.append(name)
    async with raw_server(OK, tls=tls) as server:
        transport = LoopbackTransport(server.port, httpx.AsyncHTTPTransport(verify=trusting))
        async with client_of(transport) as client:
            assert (await client.get(f"https://{NAME}/")).text == "ok"
            with pytest.raises(UpstreamError, match="certificate") as caught, translating("other.example.org"):
                await client.get("https://other.example.org/")
    assert names == [NAME, "other.example.org"]
    assert transport.addresses == [PUBLIC, PUBLIC]
    assert not caught.value.transient
