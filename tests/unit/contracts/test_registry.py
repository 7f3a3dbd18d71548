from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.contracts import (
    Contract,
    Contracts,
    Match,
    Operation,
    PathTemplate,
    Place,
    Recognition,
    Schema,
    Secrets,
    Unmatched,
    Webhooks,
)
from tapecheck.errors import ContractError
from tapecheck.model import Headers, JSONValue


def operation(method: str, *paths: str) -> Operation:
    return Operation(
        name=f"{method} {paths[0]}",
        summary="",
        method=method,
        paths=tuple(PathTemplate(text=path) for path in paths),
        request=None,
        response=None,
        error=None,
        success=frozenset({200}),
        errors=frozenset(),
        error_types=frozenset(),
        stream=None,
    )


def contract(provider: str, *hosts: str, operations: tuple[Operation, ...] = ()) -> Contract:
    uri = f"https://x.invalid/{provider}"
    return Contract(
        provider=provider,
        title=provider,
        version="1",
        documentation="",
        path=Path(provider, "contract.toml"),
        hosts=hosts,
        max_age_days=1,
        environment=None,
        secrets=Secrets(),
        operations=operations,
        schemas={uri: Schema(uri=uri, path=Path(provider), document={})},
    )


def registry(*contracts: Contract) -> Contracts:
    found = Contracts()
    for one in contracts:
        found = found.with_contract(one)
    return found


CALLS = registry(
    contract(
        "p",
        "api.p.example",
        operations=(operation("GET", "/v1/a/{id}", "/a/{id}"), operation("POST", "/v1/a"), operation("GET", "/")),
    )
)


def provider_of(contracts: Contracts, uri: str) -> str | None:
    found = contracts.match("GET", uri)
    return found.contract.provider if found.contract else None


def test_adding_returns_another_registry() -> None:
    none = Contracts()
    one = none.with_contract(contract("p", "p.example"))
    assert (len(none), len(one)) == (0, 1)


def test_contracts_come_by_name_with_all_their_schemas() -> None:
    both = registry(contract("q", "q.example"), contract("p", "p.example"))
    assert [one.provider for one in both] == ["p", "q"]
    assert sorted(both.schemas) == ["https://x.invalid/p", "https://x.invalid/q"]


def test_a_host_belongs_to_one_contract() -> None:
    one = registry(contract("p", "a.example", "b.example", "c.example"))
    with pytest.raises(ContractError, match=r"the host 'b\.example' is declared by 'p' too") as caught:
        one.with_contract(contract("q", "c.example", "b.example"))
    assert caught.value.path == Path("q", "contract.toml")


@pytest.mark.parametrize(
    ("uri", "provider"),
    [
        ("https://api.example/", "exact"),
        ("https://API.Example:8443/", "exact"),
        ("https://user:key@api.example/", "exact"),
        ("https://api.example./", "exact"),
        ("https://x.api.example/", None),
        ("https://example/", None),
        ("https://evilapi.example/", None),
        ("https://api.example.evil.test/", None),
        ("https://a.wild.example/", "wild"),
        ("https://a.b.wild.example/", "wild"),
        ("https://wild.example/", None),
        ("https://evilwild.example/", None),
        ("https://own.wild.example/", "exact"),
        ("https://a.deep.wild.example/", "deep"),
        ("api.example/v1", None),
        ("", None),
        ("https://[::1/", None),
    ],
)
def test_the_host_says_which_contract(uri: str, provider: str | None) -> None:
    contracts = registry(
        contract("deep", "*.deep.wild.example"),
        contract("exact", "api.example", "own.wild.example"),
        contract("wild", "*.wild.example"),
    )
    assert provider_of(contracts, uri) == provider


def test_a_host_of_one_letter_is_itself_before_it_is_any() -> None:
    assert provider_of(registry(contract("p", "*.example"), contract("q", "a.example")), "https://a.example/") == "q"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/a/1", "GET /v1/a/{id}"),
        ("get", "/a/1", "GET /v1/a/{id}"),
        ("GET", "/v1/a/1?b=/c#d", "GET /v1/a/{id}"),
        ("GET", "/v1/a/%C3%A9%20", "GET /v1/a/{id}"),
        ("GET", "/v1/%61/1", "GET /v1/a/{id}"),
        ("GET", "/v1/a/b%2Fc", "GET /v1/a/{id}"),
        ("GET", "/v1/a/b%2fc", "GET /v1/a/{id}"),
        ("POST", "/v1/a", "POST /v1/a"),
        ("GET", "", "GET /"),
        ("GET", "?a=b", "GET /"),
    ],
)
def test_method_and_path_say_which_operation(method: str, path: str, name: str) -> None:
    found = CALLS.match(method, f"https://api.p.example{path}")
    assert isinstance(found, Match)
    assert found.operation.name == name


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("POST", "/v1/b", "POST /v1/a"),
        ("POST", "/v1/a/", "POST /v1/a"),
        ("GET", "/v1/a/1/2", "GET /v1/a/{id}"),
        ("PUT", "/v1/a", "POST /v1/a"),
    ],
)
def test_an_operation_that_nearly_matches_is_named(method: str, path: str, nearest: str) -> None:
    found = CALLS.match(method, f"https://api.p.example{path}")
    assert isinstance(found, Unmatched)
    assert found.contract is not None
    assert (found.host, found.path) == ("api.p.example", path)
    assert nearest in found.nearest


def test_nothing_is_near() -> None:
    found = CALLS.match("DELETE", "https://api.p.example/something/else/altogether")
    assert isinstance(found, Unmatched)
    assert found.nearest == ()


def test_the_first_operation_that_matches_counts() -> None:
    both = registry(contract("p", "p.example", operations=(operation("GET", "/a/b"), operation("GET", "/a/{x}"))))
    found = both.match("GET", "https://p.example/a/b")
    assert isinstance(found, Match)
    assert found.operation.name == "GET /a/b"


def delivering(provider: str, *conditions: str, form: str | None = None) -> Contract:
    """A contract whose deliveries fulfil all of these conditions: headers that are there."""
    recognised = Recognition(headers=tuple((name, re.compile("")) for name in conditions))
    name = (Place(pointer=("type",)),)
    schema = Schema(uri=f"https://x.invalid/{provider}/paid", path=Path("paid"), document={})
    webhooks = Webhooks(events={"paid": schema}, name=name, form=form, recognised=(recognised,))
    return replace(contract(provider), webhooks=webhooks)


DELIVERIES = registry(
    contract("calls", "api.example"), delivering("q", "a", "b"), delivering("p", "a"), delivering("r", "a", "b")
)


@pytest.mark.parametrize(
    ("names", "provider"), [("a", "p"), ("ab", "q"), ("abc", "q"), ("b", None), ("", None), ("AB", "q")]
)
def test_most_conditions_then_the_name_say_whose_delivery_it_is(names: str, provider: str | None) -> None:
    found = DELIVERIES.match_delivery(Headers(tuple((name, "") for name in names)), lambda _: None)
    assert (found and found.contract.provider) == provider


@pytest.mark.parametrize(
    ("body", "event", "declared"),
    [({"type": "paid"}, "paid", True), ({"type": "pad"}, "pad", False), ({}, None, False), (None, None, False)],
)
def test_a_delivery_names_its_event(body: JSONValue, event: str | None, declared: bool) -> None:
    found = DELIVERIES.match_delivery(Headers((("A", ""),)), lambda _: body)
    assert found is not None
    assert (found.event, found.schema is not None) == (event, declared)
    assert found.webhooks is found.contract.webhooks


def test_a_body_is_read_as_each_contract_says() -> None:
    contracts = registry(delivering("p", "a", form="payload"), delivering("q", "b", form="data"))
    for name in ("a", "b"):
        found = contracts.match_delivery(Headers(((name, ""),)), lambda webhooks: {"type": webhooks.form})
        assert found is not None
        assert found.event == found.webhooks.form
