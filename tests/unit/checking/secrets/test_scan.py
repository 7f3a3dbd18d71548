"""Secrets of every kind are found wherever they are planted, and nothing else is."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tapecheck.cassettes import discover, read
from tapecheck.checking import Checker
from tapecheck.checking.secrets import Scanner, secrets_for
from tapecheck.contracts import Contracts, Secrets, SecretShape, load
from tapecheck.model import Body, Cassette, Code, Headers, Interaction, Request, Response, Side
from tests.unit.checking.secrets.planted import CASES, IDS, PLACES, Secret, secrets

RECORDINGS = Path(os.environ.get("TAPECHECK_RECORDINGS", Path(__file__).parents[5] / "shared/recordings"))


def asked(
    uri: str = "https://a.example/", *headers: tuple[str, str], body: bytes = b"", answer: bytes = b""
) -> Interaction:
    return Interaction(
        index=0,
        line=1,
        request=Request(method="GET", uri=uri, headers=Headers(headers), body=Body(content=body)),
        response=Response(status=200, body=Body(content=answer)),
    )


def kinds(interaction: Interaction, listed: Secrets | None = None) -> list[str]:
    return [leak.what for leak in Scanner(listed or Secrets()).find(interaction)]


def test_there_are_enough_of_them() -> None:
    assert len(secrets()) >= 40
    assert len({secret.kind for secret in secrets()}) >= 15


@pytest.mark.parametrize(("secret", "place"), CASES, ids=IDS)
def test_a_planted_secret_is_a_finding_that_does_not_tell_it(secret: Secret, place: str) -> None:
    cassette = Cassette(path=Path("a.yaml"), format="vcrpy", interactions=(PLACES[place](secret),))
    findings = Checker(Contracts()).check_cassette(cassette, own=False).findings
    assert {finding.code for finding in findings} == {Code.LEAKED_SECRET}
    assert all(secret.core[:12] not in f"{finding}" for finding in findings)


@pytest.mark.parametrize("place", PLACES)
def test_placeholders_are_no_secrets(place: str) -> None:
    for text in (
        "REDACTED", "**REDACTED**", "<API_KEY>", "sk-inval****************-key", "sk-...", "MCP_TOKEN_OF_A_TEST",
        "sk-" + "x" * 30, "Bearer test-key-for-the-sandbox", "Bearer ACCESS_TOKEN", "your-api-key-goes-in-here",
        "AKIA" + "IOSFODNN7EXAMPLE", "Basic information",
    ):  # fmt: skip
        for name in ("authorization", "api_key", "cookie"):
            assert not kinds(PLACES[place](Secret("", text, text, name)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page_token", "Cgh3b3JsZDIwMjQQARgCIgR0ZXN0"),
        ("call_id", "call_J3kd82Ksl20dkLs93kDLs02k"),
        ("signature", "EqQBCkYIBRgCIkD8s2Kd93jdLs0f8sKd93jdLs0f8sKd9"),
        ("max_tokens", "1000000"),
        ("token", " transformation"),
        ("digest", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ],
)
def test_what_is_no_secret_by_its_name_is_none(name: str, text: str) -> None:
    assert not [
        kinds(place(Secret("", text, text, name)))
        for place in PLACES.values()
        if kinds(place(Secret("", text, text, name)))
    ]


def test_it_tells_where(key: str) -> None:
    [leak] = Scanner(Secrets()).find(asked(body=b'{\n "a": [\n  {"note": "' + key.encode() + b'"}]}'))
    assert (leak.place.side, leak.place.path, leak.place.line) == (Side.REQUEST, ("a", 0, "note"), 2)
    assert str(leak.place) == "the body of the request"


def test_it_tells_where_within_a_string(key: str) -> None:
    [leak] = Scanner(Secrets()).find(asked(answer=f'{{"a": "{{\\"b\\": \\"{key}\\"}}"}}'.encode()))
    assert leak.place.path == ("a",)
    assert str(leak.place) == "the body of the response, in a string that holds JSON, at /b"


def test_letters_in_escapes_are_read(key: str) -> None:
    disguised = "".join(f"\\u{ord(letter):04x}" for letter in key)
    assert kinds(asked(body=f'{{"note": "{disguised}"}}'.encode())) == ["a secret key"]


def test_a_list_of_secrets_is_looked_through(lot: str) -> None:
    assert kinds(asked(body=f'{{"api_keys": ["{lot}"], "client_secret": {{"value": "{lot[::-1]}"}}}}'.encode())) == [
        "what looks like a secret named 'api_keys'",
        "what looks like a secret named 'client_secret'",
    ]


def test_text_that_sets_a_variable_is_read(lot: str) -> None:
    sentence = f'Put this into .env: SERVICE_API_KEY="{lot}" and go on.'
    assert kinds(asked(body=sentence.encode())) == ["what looks like a secret named 'SERVICE_API_KEY'"]


def test_a_part_of_a_form_with_files_is_read(lot: str) -> None:
    part = f'--b\r\ncontent-disposition: form-data; name="password"\r\n\r\n{lot}\r\n--b--'
    assert kinds(asked(body=part.encode())) == ["what looks like a secret named 'password'"]


def test_bytes_that_are_no_text_are_read(key: str) -> None:
    assert kinds(asked(answer=b"\xff\x00\xfe " + key.encode())) == ["a secret key"]


def test_the_places_that_a_contract_lists_are_secret(lot: str) -> None:
    listed = Secrets(headers=frozenset({"x-door"}), query=frozenset({"door"}), fields=(("tools", "*", "door"),))
    interaction = asked(
        f"https://a.example/?door={lot}", ("X-Door", lot), body=f'{{"tools": [{{"door": "{lot}"}}]}}'.encode()
    )
    assert kinds(interaction, listed) == ["what the contract calls a secret"] * 3
    assert not kinds(interaction)


def test_the_shapes_that_a_contract_declares_are_secret(lot: str) -> None:
    listed = Secrets(shapes=(SecretShape(begins="ek_", then="[A-Za-z0-9]{32}"),))
    interaction = asked(body=f'{{"note": "ek_{lot[:32]}"}}'.encode())
    assert kinds(interaction, listed) == ["a secret of a form that a contract declares"]


def test_accounts_are_no_secrets(lot: str) -> None:
    listed = Secrets(account_shapes=(SecretShape(begins="org-", then="[A-Za-z0-9]{24}"),))
    assert not kinds(asked(body=f'{{"note": "org-{lot[:24]}"}}'.encode()), listed)


def test_without_a_contract_nothing_is_listed() -> None:
    assert secrets_for(Contracts(), None) == Secrets()


CONTRACT = """
title = "Doors"
version = "1"
documentation = "https://doors.example"
hosts = ["doors.example"]

[secrets]
headers = ["X-Door"]
shapes = [{ begins = "ek_", then = "[a-z" }]

[secrets.accounts]
headers = ["X-Owner"]
shapes = [{ begins = "org-", then = "[a-z]{24}" }]
"""


def test_shapes_come_from_all_contracts_and_places_from_one(tmp_path: Path) -> None:
    (tmp_path / "doors").mkdir()
    (tmp_path / "doors/contract.toml").write_text(CONTRACT.replace('[a-z"', '[a-z]"'), encoding="utf-8")
    contracts = load(tmp_path).contracts
    [doors] = contracts
    elsewhere = secrets_for(contracts, None)
    assert elsewhere == Secrets(
        shapes=(SecretShape(begins="ek_", then="[a-z]"),),
        account_shapes=(SecretShape(begins="org-", then="[a-z]{24}"),),
    )
    assert (
        secrets_for(contracts, doors)
        == doors.secrets
        == replace(elsewhere, headers=frozenset({"x-door"}), account_headers=frozenset({"x-owner"}))
    )


def test_a_shape_that_is_no_regular_expression_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "doors").mkdir()
    (tmp_path / "doors/contract.toml").write_text(CONTRACT, encoding="utf-8")
    [problem] = load(tmp_path).problems
    assert "regular expression" in problem.message
    assert problem.line == 9


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings of others are not here")
def test_recordings_of_others_hold_only_what_is_known() -> None:
    scanner, found = Scanner(Secrets()), Counter[str]()
    for path in islice(discover([RECORDINGS / "cassettes"]), None, None, 5):
        if isinstance(path, Path):
            found.update(leak.what for interaction in read(path).interactions for leak in scanner.find(interaction))
    assert set(found) <= {
        "the signature of a signed URL",  # images that could be fetched for two hours
        "what looks like a secret named 'api_key'",  # of a collector of usage data, the same one each time
        "the cookie 'HWWAFSESID'",
        "the cookie 'aid'",
    }
