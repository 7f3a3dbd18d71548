"""What is scrubbed has no secret left, and is as it was in everything else."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.checking.secrets import Scanner
from tapecheck.contracts import Secrets, SecretShape
from tapecheck.model import Body, Headers, Interaction, JSONValue, Request, Response
from tapecheck.recording.scrubbing import scrub, scrub_text
from tests.unit.checking.secrets.planted import CASES, IDS, PLACES, Secret, secrets

RANDOM = "xK9vQ2mW8rT4yU6iO1pA3sD5"
LISTED = Secrets(
    headers=frozenset({"authorization"}),
    query=frozenset({"door"}),
    fields=(("tools", "*", "door"),),
    account_headers=frozenset({"x-organisation"}),
    account_shapes=(SecretShape(begins="org-", then="[A-Za-z0-9]{24}"),),
)
SECRETS = st.sampled_from(secrets())
LEAVES = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | SECRETS.map(lambda secret: secret.text)
NAMES = st.text(max_size=5) | SECRETS.map(lambda secret: secret.name)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner) | st.dictionaries(NAMES, inner).map(json.dumps),
)


def interaction(value: JSONValue, header: str = "", query: str = "") -> Interaction:
    content = json.dumps(value, indent=1).encode()
    return Interaction(
        index=0,
        line=1,
        request=Request(method="POST", uri=f"https://a.example/?q={query}", headers=Headers((("X-Note", header),))),
        response=Response(status=200, body=Body(content=content)),
    )


def everything(interaction: Interaction) -> str:
    request, response = interaction.request, interaction.response
    fields = [*request.headers, *response.headers]
    bodies = (part.body.content.decode().replace("\\", "") for part in (request, response))
    return "\n".join([unquote(request.uri), *(value for _, value in fields), *map(unquote, bodies)])


@pytest.mark.parametrize(("secret", "place"), CASES, ids=IDS)
def test_a_planted_secret_is_gone(secret: Secret, place: str) -> None:
    scrubbed = scrub(PLACES[place](secret), LISTED)
    assert secret.core not in everything(scrubbed)
    assert not list(Scanner(LISTED).find(scrubbed))
    assert scrub(scrubbed, LISTED) == scrubbed


@pytest.mark.parametrize("place", ["JSON", "nested JSON"])
def test_json_is_json_after_it(place: str) -> None:
    for secret in secrets():
        before, after = (json.loads(one.request.body.content) for one in _before_and_after(secret, place))
        assert type(after) is type(before)
        assert after.keys() == before.keys()


def test_a_stream_keeps_its_events(key: str) -> None:
    before, after = _before_and_after(Secret("", key, key), "events")
    shown = before.response.body.content.replace(key.encode(), b"REDACTED")
    assert after.response.body.content == shown


def _before_and_after(secret: Secret, place: str) -> tuple[Interaction, Interaction]:
    before = PLACES[place](secret)
    return before, scrub(before, LISTED)


@pytest.fixture
def key() -> str:
    return next(secret.text for secret in secrets() if secret.kind == "hexadecimal key")


@given(VALUES, st.text() | SECRETS.map(lambda secret: secret.text), st.text(alphabet='abc&=%+/#?1{}[]":,'))
def test_nothing_is_found_in_what_is_scrubbed_and_once_is_enough(value: JSONValue, header: str, query: str) -> None:
    once = scrub(interaction(value, header, query), LISTED)
    assert not list(Scanner(LISTED).find(once))
    assert scrub(once, LISTED) == once
    json.loads(once.response.body.content)


@given(
    st.recursive(
        st.none() | st.integers() | st.text('abc {}[]":,\\'),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_holds_no_secret_is_untouched(value: JSONValue) -> None:
    assert scrub(interaction(value), LISTED) == interaction(value)


def test_what_the_contract_lists_goes_whatever_it_is() -> None:
    before = interaction({})
    request = replace(
        before.request,
        uri="https://a.example/?door=1&window=2",
        headers=Headers(
            (("Authorization", "Bearer abc"), ("Cookie", "a=b"), ("X-Organisation", "us"), ("X-Other", "us"))
        ),
        body=Body(content=b'{"tools": [{"door": "abc", "name": "abc"}]}'),
    )
    response = replace(before.response, headers=Headers((("Set-Cookie", "a=b"), ("set-cookie", "c=d"))))
    after = scrub(replace(before, request=request, response=response), LISTED)
    assert after.request.uri == "https://a.example/?door=REDACTED&window=2"
    assert after.request.headers.fields == (
        ("Authorization", "Bearer REDACTED"), ("X-Organisation", "REDACTED"), ("X-Other", "us"),
    )  # fmt: skip
    assert after.request.body.content == b'{"tools": [{"door": "REDACTED", "name": "abc"}]}'
    assert not after.response.headers


def test_accounts_go_too() -> None:
    account = f"org-{'aB3' * 8}"
    after = scrub(interaction({"error": f"{account} has no credit"}), LISTED)
    assert json.loads(after.response.body.content) == {"error": "REDACTED has no credit"}


def test_what_stood_beside_a_secret_may_be_one_itself(key: str) -> None:
    assert "REDACTED" in everything(scrub(interaction({"token": f"{key} {key}"}), LISTED))


def test_what_tests_print_is_scrubbed_of_values_and_shapes() -> None:
    printed = f"E  assert 'a-known-value-and-more' == 'a-known-value'\n{{\"api_key\": \"{RANDOM}\"}}\r\nshort é\n"
    assert scrub_text(printed, Secrets(), ["a-known-value", "a-known-value-and", "short", ""]) == (
        "E  assert 'REDACTED-more' == 'REDACTED'\n{\"api_key\": \"REDACTED\"}\r\nshort é\n"
    )
