from __future__ import annotations

from dataclasses import replace

import pytest

from tapecheck.contracts import Contracts, Match, Unmatched
from tapecheck.errors import UsageError
from tapecheck.serving import chosen
from tapecheck.serving.routing import route


@pytest.mark.parametrize(
    ("uri", "own"),
    [
        ("http://127.0.0.1:80/talk/v1/say?a=%20b", "https://api.talk.example/v1/say?a=%20b"),
        ("http://localhost/talk/beta/say", "https://api.talk.example/beta/say"),
        ("http://api.talk.example:8020/v1/say", "http://api.talk.example:8020/v1/say"),
        ("https://west.eu.talk.example/v1/say", "https://west.eu.talk.example/v1/say"),
    ],
)
def test_a_provider_is_named_by_host_or_by_path(contracts: Contracts, uri: str, own: str) -> None:
    way = route(contracts, "post", uri)
    assert way.uri == own
    assert isinstance(way.found, Match)
    assert way.found.operation.name == "say"


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1/talk", "http://127.0.0.1/talk/", "http://api.talk.example/talk/v1/say"]
)
def test_a_provider_may_lack_the_operation(contracts: Contracts, uri: str) -> None:
    assert isinstance(route(contracts, "POST", uri).found, Unmatched)


@pytest.mark.parametrize("uri", ["http://127.0.0.1/", "http://127.0.0.1/other/v1/say", "*"])
def test_no_provider_may_be_named(contracts: Contracts, uri: str) -> None:
    assert route(contracts, "POST", uri).found is None


def test_providers_are_chosen(contracts: Contracts) -> None:
    assert list(chosen(contracts, []).by_provider) == ["talk"]
    assert list(chosen(contracts, ["talk"]).by_provider) == ["talk"]


@pytest.mark.parametrize(("name", "hint"), [("tlak", "Did you mean 'talk'?"), ("zzz", "There are talk.")])
def test_a_provider_without_a_contract_is_an_error(contracts: Contracts, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"no contract of '{name}'") as caught:
        chosen(contracts, [name])
    assert caught.value.hint == hint


def test_a_provider_that_only_delivers_is_not_asked(contracts: Contracts) -> None:
    talk = contracts.by_provider["talk"]
    only = Contracts().with_contract(replace(talk, provider="calls", hosts=(), operations=()))
    assert route(only, "POST", "http://127.0.0.1/calls/v1/say").found is None
