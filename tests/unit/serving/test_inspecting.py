from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tapecheck.checking import RustEngine
from tapecheck.checking.problem import Validation
from tapecheck.contracts import Contracts, Match, Secrets, Unmatched
from tapecheck.model import Request
from tapecheck.serving.inspecting import inspect, unmatched

Ask = Callable[..., Request]
Matching = Callable[[Request], Match]


@pytest.fixture
def validation(contracts: Contracts) -> Validation:
    engine = RustEngine(contracts.schemas)
    return Validation(engine=engine, annotator=engine, schemas=contracts.schemas)


@pytest.mark.parametrize(
    ("method", "path", "status", "message", "allow"),
    [
        ("PUT", "/v1/say", 405, "/v1/say takes POST, and not PUT.", ("POST",)),
        ("PUT", "/v1/things/1", 405, "/v1/things/1 takes GET and DELETE, and not PUT.", ("GET", "DELETE")),
        ("POST", "/v1/sy", 404, "The contract has no operation POST /v1/sy. The nearest: POST /v1/say", ()),
    ],
)
def test_what_is_not_declared(
    contracts: Contracts, method: str, path: str, status: int, message: str, allow: tuple[str, ...]
) -> None:
    found = contracts.match(method, f"https://api.talk.example{path}")
    assert isinstance(found, Unmatched)
    refusal = unmatched(found, method)
    assert (refusal.status, refusal.allow) == (status, allow)
    assert refusal.message.startswith(message)


def test_a_host_of_nobody(contracts: Contracts) -> None:
    found = contracts.match("GET", "https://elsewhere.example/")
    assert isinstance(found, Unmatched)
    assert unmatched(found, "GET").status == 404


@pytest.mark.parametrize("body", [{"text": "hi"}, {"text": "hi", "unknown": 1}])
def test_a_good_request(ask: Ask, match: Matching, validation: Validation, body: object) -> None:
    request = ask("/v1/say", body)
    assert inspect(match(request), request, validation) is None


def test_a_key_in_the_query_will_do(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say?key=secret", {"text": "hi"}, x_key="")
    assert inspect(match(request), request, validation) is None


def test_no_key(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say", {"text": ""}, x_key="")
    refusal = inspect(match(request), request, validation)
    assert refusal is not None
    assert refusal.status == 401
    assert refusal.message == "No credentials came: expected the header 'x-key' or the query parameter 'key'."


def test_where_nothing_is_secret_no_key_is_needed(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say", {"text": "hi"}, x_key="")
    found = match(request)
    open_to_all = replace(found, contract=replace(found.contract, secrets=Secrets()))
    assert inspect(open_to_all, request, validation) is None


def test_who_does_not_declare_401_needs_no_key(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/things/1", method="GET", x_key="")
    assert inspect(match(request), request, validation) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "'text' is missing"),
        ({"txet": 1}, "'text' is missing ("),
        ({"text": ""}, 'got ""'),
        (b"{", "the body is not JSON"),
        (None, "the request has no body"),
    ],
)
def test_a_bad_body(ask: Ask, match: Matching, validation: Validation, body: object, words: str) -> None:
    request = ask("/v1/say", body)
    refusal = inspect(match(request), request, validation)
    assert refusal is not None
    assert refusal.status == 422
    assert refusal.message.startswith(f"The request breaks the contract: {words}")


def test_a_place_is_told(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say", {"text": "hi", "token": 1})
    refusal = inspect(match(request), request, validation)
    assert refusal is not None
    assert refusal.message.endswith(" at /token.")


def test_another_content_type(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say", {"text": "hi"}, content_type="text/csv")
    refusal = inspect(match(request), request, validation)
    assert refusal is not None
    assert "text/csv" in refusal.message


def test_many_problems_are_counted(ask: Ask, match: Matching, validation: Validation) -> None:
    request = ask("/v1/say", {"text": "", "stream": 1, "token": 2, "loudness": "x"}, content_type="text/csv")
    refusal = inspect(match(request), request, validation)
    assert refusal is not None
    assert refusal.message.endswith("; and 2 more.")
