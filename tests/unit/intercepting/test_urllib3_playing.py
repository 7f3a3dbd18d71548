from __future__ import annotations

import io
import socket
from collections.abc import Iterator

import pytest
import requests
import urllib3
import vcr
from requests.adapters import HTTPAdapter

from tapecheck.faults import Reply, Unreached
from tapecheck.intercepting.patches import Patches
from tapecheck.intercepting.urllib3_playing import stand_before_urllib3
from tapecheck.intercepting.wire import Wire
from tapecheck.model import Headers, Request
from tapecheck.serving import replies

URL = "https://api.invalid/v1/things?limit=2"
EVENTS = (b"data: 1\n\n", b"data: 2\n\n")


class Net:
    """Plays replies in turn, the last one again and again."""

    def __init__(self) -> None:
        self.replies = [replies.document(200, {"n": 1})]
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Wire:
        self.asked.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return Wire(reply, request.method, print)


@pytest.fixture
def net() -> Iterator[Net]:
    net, patches = Net(), Patches()
    stand_before_urllib3(patches, net)
    yield net
    patches.take_back()


def test_urllib3_itself(net: Net) -> None:
    with urllib3.PoolManager() as pool:
        response = pool.request("get", URL, headers={"X-Key": "sandbox"})
    assert (response.status, response.json()) == (200, {"n": 1})
    [request] = net.asked
    assert (request.method, request.uri, request.body.content) == ("GET", URL, b"")
    assert request.headers.get("x-key") == "sandbox"


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("http://api.invalid:80/", "http://api.invalid/"),
        ("http://api.invalid:8080/a", "http://api.invalid:8080/a"),
        ("https://[::1]:8443/", "https://[::1]:8443/"),
        ("https://api.invalid:443/", "https://api.invalid/"),
    ],
)
def test_the_uri_is_absolute(net: Net, url: str, uri: str) -> None:
    with urllib3.PoolManager() as pool:
        pool.request("GET", url)
    assert net.asked[0].uri == uri


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"abc", b"abc"),
        ("äöü", "äöü".encode()),
        (bytearray(b"abc"), b"abc"),
        (io.BytesIO(b"abc"), b"abc"),
        (io.StringIO("abc"), b"abc"),
        (iter([b"a", b"b"]), b""),
    ],
)
def test_a_body_is_not_consumed(net: Net, body: object, content: bytes) -> None:
    with urllib3.PoolManager() as pool:
        pool.request("POST", URL, body=body)  # type: ignore[arg-type]
    assert net.asked[0].body.content == content


def test_a_file_is_sent_from_where_it_stands(net: Net) -> None:
    file = io.BytesIO(b"abc")
    file.seek(1)
    with urllib3.PoolManager() as pool:
        pool.request("POST", URL, body=file)
    assert net.asked[0].body.content == b"bc"


def test_a_stream_comes_in_pieces(net: Net) -> None:
    headers = Headers((("content-type", "text/event-stream"),))
    net.replies = [Reply(status=200, headers=headers, pieces=EVENTS, framing="sse")]
    with requests.get(URL, stream=True, timeout=1) as response:
        assert list(response.iter_content(None)) == list(EVENTS)


def test_urllib3_tries_again_itself(net: Net) -> None:
    net.replies = [replies.text(503, "Not now."), replies.document(200, {"n": 2})]
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=urllib3.Retry(2, status_forcelist=[503])))
        assert session.get(URL, timeout=1).json() == {"n": 2}
    assert len(net.asked) == 2


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_proxy_is_asked_for_what_is_played(net: Net, scheme: str) -> None:
    proxies = dict.fromkeys(("http", "https"), "http://proxy.invalid:3128")
    assert requests.get(f"{scheme}://api.invalid/", proxies=proxies, timeout=1).json() == {"n": 1}
    assert net.asked[0].uri == f"{scheme}://api.invalid/"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_not_played_goes_on_to_the_proxy(scheme: str) -> None:
    patches = Patches()
    stand_before_urllib3(patches, lambda request: None)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxies = dict.fromkeys(("http", "https"), f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(requests.exceptions.ProxyError):
            requests.get(f"{scheme}://api.invalid/", proxies=proxies, timeout=1)
    patches.take_back()


@pytest.mark.parametrize(
    ("why", "error", "reason"),
    [
        (Unreached.REFUSED, requests.ConnectionError, urllib3.exceptions.NewConnectionError),
        (Unreached.UNRESOLVED, requests.ConnectionError, urllib3.exceptions.NameResolutionError),
        (Unreached.TIMED_OUT, requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        (Unreached.UNTRUSTED, requests.exceptions.SSLError, urllib3.exceptions.SSLError),
    ],
)
def test_a_server_that_is_not_reached(
    net: Net, why: Unreached, error: type[Exception], reason: type[Exception]
) -> None:
    net.replies = [Reply(status=200, unreached=why)]
    with pytest.raises(error) as caught:
        requests.get(URL, timeout=1)
    assert type(caught.value) is error
    assert type(caught.value.args[0].reason) is reason


def test_a_cassette_is_below(net: Net, tmp_path: object) -> None:
    with vcr.use_cassette(f"{tmp_path}/none.yaml", record_mode="none"):
        assert requests.get(URL, timeout=1).json() == {"n": 1}
        with urllib3.PoolManager() as pool:
            assert pool.request("GET", URL).json() == {"n": 1}


def test_what_is_not_played_goes_on(tmp_path: object) -> None:
    patches = Patches()
    stand_before_urllib3(patches, lambda request: None)
    with (
        vcr.use_cassette(f"{tmp_path}/none.yaml", record_mode="none"),
        pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException),
    ):
        requests.get(URL, timeout=1)
    patches.take_back()
