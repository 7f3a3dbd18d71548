from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tapecheck.contracts import Match
from tapecheck.model import Request
from tapecheck.serving.equality import fingerprint

Ask = Callable[..., Request]
Matching = Callable[[Request], Match]

HI = {"text": "hi", "loudness": 1}


@pytest.fixture
def of(match: Matching) -> Callable[[Request], str]:
    return lambda request: fingerprint(match(request), request, request.uri)


@pytest.mark.parametrize(
    "other",
    [
        ("/v1/say", {"loudness": 1.0, "text": "hi"}),
        ("/v1/say", b'{ "loudness":1,\n"text":"\\u0068i" }'),
        ("/v1/say?key=secret", HI),
        ("/beta/say", HI),
    ],
    ids=["order and spelling of numbers", "white space and escapes", "secret query", "other path of the operation"],
)
def test_the_same_is_asked(ask: Ask, of: Callable[[Request], str], other: tuple[str, object]) -> None:
    assert of(ask(*other)) == of(ask("/v1/say", HI))


@pytest.mark.parametrize(
    "other",
    [
        ("/v1/say", {**HI, "loudness": True}),
        ("/v1/say", {**HI, "loudness": 1.5}),
        ("/v1/say", {**HI, "more": None}),
        ("/v1/say?alt=sse", HI),
        ("/v1/say", None),
        ("/v1/say", b"{"),
    ],
)
def test_something_else_is_asked(ask: Ask, of: Callable[[Request], str], other: tuple[str, object]) -> None:
    assert of(ask(*other)) != of(ask("/v1/say", HI))


def test_secrets_in_bodies_do_not_count(ask: Ask, of: Callable[[Request], str]) -> None:
    first, second = ask("/v1/say", HI | {"token": "a"}), ask("/v1/say", HI | {"token": "b"})
    assert of(first) == of(second) != of(ask("/v1/say", HI))


def test_secrets_in_lists_and_bodies_that_are_secret_do_not_count(match: Matching, ask: Ask) -> None:
    found = match(ask("/v1/say"))
    for fields in ((("keys", "*"),), ((),)):
        secrets = replace(found.contract.secrets, fields=fields)
        own = replace(found, contract=replace(found.contract, secrets=secrets))
        first, second = (ask("/v1/say", {"keys": [key, 1.0]}) for key in "ab")
        assert fingerprint(own, first, first.uri) == fingerprint(own, second, second.uri)


def test_a_path_of_no_template_counts_whole(match: Matching, ask: Ask) -> None:
    found = match(ask("/v1/say"))
    assert fingerprint(found, ask("/a"), "https://x/a") != fingerprint(found, ask("/b"), "https://x/b")


def test_the_order_of_the_query_does_not_count(ask: Ask, of: Callable[[Request], str]) -> None:
    assert of(ask("/v1/say?a=1&b=2", HI)) == of(ask("/v1/say?b=2&a=1", HI))


def test_what_stands_in_the_path_counts(ask: Ask, of: Callable[[Request], str]) -> None:
    first, second = (of(ask(f"/v1/things/{name}", method="GET")) for name in ("one", "two"))
    assert first != second
    assert first == of(ask("/v1/things/%6Fne", method="GET"))


def test_operations_differ(ask: Ask, of: Callable[[Request], str]) -> None:
    assert of(ask("/v1/things/one", method="GET")) != of(ask("/v1/things/one", method="DELETE"))
