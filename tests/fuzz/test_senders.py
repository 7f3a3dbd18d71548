from __future__ import annotations

import pytest
import requests

from backend.tests.unit.webhooks.receiving import SECRETS
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.registry import SOURCES
from backend.webhooks.signatures import SignatureError, verify
from tests.fuzz.senders import Listening, Signing

ADDRESS = "http://testserver/api/webhooks"
BODIES = [f'{{"id": "{number}"}}' for number in range(50)]


def sent(url: str, body: str) -> requests.PreparedRequest:
    return requests.Request("POST", url, data=body, auth=Signing(VirtualClock())).prepare()


def is_right(source: str, request: requests.PreparedRequest) -> bool:
    assert isinstance(request.body, str)
    body, now = request.body.encode(), VirtualClock().now()
    headers = {name: str(value) for name, value in request.headers.items()}
    try:
        verify(SOURCES[source].scheme, [SECRETS[source]], headers, body, now, url=request.url)
    except SignatureError:
        return False
    return True


@pytest.mark.parametrize("source", sorted(SOURCES.keys() - {"twilio"}))
def test_most_deliveries_are_signed_as_their_source_does(source: str) -> None:
    right = [is_right(source, sent(f"{ADDRESS}/{source}", body)) for body in BODIES]
    assert len(BODIES) / 2 < sum(right) < len(BODIES)
    assert right == [is_right(source, sent(f"{ADDRESS}/{source}", body)) for body in BODIES]


def test_without_a_source_the_generic_one_signs() -> None:
    assert any(is_right("generic", sent(ADDRESS, body)) for body in BODIES)


def test_for_what_is_no_source_nobody_signs() -> None:
    assert not [name for name in sent(f"{ADDRESS}/pigeon", "{}").headers if "signature" in name.lower()]


def test_some_requests_accept_events() -> None:
    urls = [f"http://testserver/api/agents/a/messages?after={number}" for number in range(20)]
    accepted = [requests.Request("GET", url, auth=Listening()).prepare().headers.get("Accept") for url in urls]
    assert set(accepted) == {None, "text/event-stream"}
