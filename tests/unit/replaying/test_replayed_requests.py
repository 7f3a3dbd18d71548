from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from tapecheck.model import Finding, Side
from tests.unit.replaying.conftest import HOST, SAY, Recorded, Studio, recorded

FORM = "application/x-www-form-urlencoded"
ELSEWHERE = "https://elsewhere.example/v1"
KEY = "kX9pQ2vL8mZ4tR7wB1nC5dF3"


def like(on_tape: object) -> Recorded:
    return recorded(on_tape)


@pytest.fixture
def found(studio: Studio) -> Callable[..., list[Finding]]:
    """Play a tape for what is sent, and return what is found."""

    def found(*tape: Recorded, ignored: tuple[str, ...] = (), **sent: object) -> list[Finding]:
        with studio.playing(*tape, ignored=ignored):
            httpx.request(**{"method": "POST", "url": SAY, **sent})  # type: ignore[arg-type]
        return studio.findings()

    return found


Found = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    "content",
    [b'{"text": "a", "n": 1}', b'{"n":1.0,"text":"a"}'],
    ids=["as it was", "in other words"],
)
def test_the_same_request(found: Found, content: bytes) -> None:
    assert not found(recorded({"text": "a", "n": 1}), content=content)


def test_another_body(found: Found) -> None:
    [finding] = found(recorded({"text": "a", "n": 1}), json={"text": "b", "n": 1})
    assert finding.code.value == "TC401"
    assert finding.message == ('the request that was sent is not the one on tape:\n  /text: on tape "a", sent "b"')
    assert (finding.provider, finding.operation, finding.side) == ("talk", "say", Side.REQUEST)
    assert (finding.cassette, finding.interaction) == ("cassettes/tape.json", 0)
    assert finding.hint is not None
    assert "'/text' in `ignore-request-paths`" in finding.hint


def test_what_breaks_the_contract(found: Found) -> None:
    [finding] = found(recorded({"text": "a"}), json={"text": 1})
    assert finding.message.splitlines() == [
        "the request that was sent breaks the contract:",
        "  /text: got integer 1, the contract says string",
        "the request that was sent is not the one on tape:",
        '  /text: on tape "a", sent 1',
    ]
    assert finding.schema_path is not None
    assert finding.schema_path.endswith("request.schema.json#/properties/text/type")


def test_what_breaks_the_contract_on_tape_as_well(found: Found) -> None:
    [finding] = found(recorded({"text": 1}), json={"text": 1})
    assert finding.message.splitlines()[0] == "the request that was sent breaks the contract:"
    assert finding.hint is not None
    assert finding.hint.startswith("Mend the code")


def test_what_the_provider_refused_may_break_the_contract(found: Found) -> None:
    assert not found(recorded({"text": 1}, status=400), json={"text": 1})
    [finding] = found(recorded({"text": 1}, status=400), json={"text": 2})
    assert "contract" not in finding.message


def test_a_host_that_no_contract_declares(found: Found) -> None:
    assert not found(recorded({"text": 1}, uri=ELSEWHERE), url=ELSEWHERE, json={"text": 1})
    [finding] = found(recorded({"text": 1}, uri=ELSEWHERE), url=ELSEWHERE, json={"text": 2})
    assert finding.provider is None
    assert "/text: on tape 1, sent 2" in finding.message


def test_forms(found: Found) -> None:
    tape = recorded("a=1&b=2", uri=ELSEWHERE, media=FORM)
    assert not found(tape, url=ELSEWHERE, data={"b": "2", "a": "1"})
    [finding] = found(tape, url=ELSEWHERE, data={"b": "3", "a": "1"})
    assert '/b: on tape "2", sent "3"' in finding.message


def test_no_body(found: Found) -> None:
    [finding] = found(recorded("text", uri=ELSEWHERE, media="text/plain"), url=ELSEWHERE)
    assert 'the body: on tape "text", sent nothing' in finding.message


@pytest.mark.parametrize(
    ("uri", "line"),
    [(f"{HOST}/v1/other", "path"), (f"{SAY}?a=1", "?a"), ("http://api.talk.example/v1/say", "scheme")],
)
def test_what_the_suite_does_not_match_on(studio: Studio, found: Found, uri: str, line: str) -> None:
    studio.settings = {"match_on": ["method"]}
    [finding] = found(recorded({"text": "a"}, uri=uri), json={"text": "a"})
    assert finding.message.splitlines()[1].startswith(f"  {line}: on tape ")
    assert f"to be declared: '{line}' in" in str(finding.hint)
    assert found(recorded({"text": "a"}, uri=uri), ignored=(line,), json={"text": "a"}) == []


def test_matchers_of_the_suite_say_what_matters(studio: Studio, found: Found) -> None:
    import vcr

    def own() -> vcr.VCR:
        made = vcr.VCR(record_mode="none", serializer="json", match_on=["method", "loosely"])
        made.register_matcher("loosely", lambda one, other: True)
        return made

    studio.guard.begin(studio.test)
    with own().use_cassette(str(studio.tape(recorded({"text": "a"}), recorded({"text": "a"})))):
        httpx.post(SAY, json={"text": "b"})
        httpx.post(SAY, json={"text": 1})
    [finding] = studio.findings()
    assert "breaks the contract" in finding.message
    assert "on tape" not in finding.message


@pytest.mark.parametrize("ignored", ["/text", "/*"])
def test_what_may_differ(found: Found, ignored: str) -> None:
    assert not found(recorded({"text": "a"}), json={"text": "b"}, ignored=(ignored,))


def test_parameters_that_may_differ(studio: Studio, found: Found) -> None:
    studio.settings = {"match_on": ["method", "path"]}
    assert not found(recorded({"text": "a"}, uri=f"{SAY}?page=1"), json={"text": "a"}, ignored=("?page",))


def test_what_a_contract_calls_secret_does_not_count(studio: Studio, found: Found) -> None:
    studio.settings = {"match_on": ["method", "path"]}
    tape = recorded({"text": "a", "token": "REDACTED"}, uri=f"{SAY}?key=REDACTED")
    assert not found(tape, url=f"{SAY}?key={KEY}", json={"text": "a", "token": KEY})


def test_what_was_scrubbed_does_not_count(found: Found) -> None:
    tape = recorded({"text": "a", "api_key": "REDACTED"})
    assert not found(tape, json={"text": "a", "api_key": KEY})
    [finding] = found(tape, json={"text": "b", "api_key": KEY})
    assert "api_key" not in finding.message


def test_no_finding_shows_a_secret(found: Found) -> None:
    [finding] = found(recorded({"text": "a", "api_key": "other"}), json={"text": "a", "api_key": KEY})
    assert "/api_key: on tape" in finding.message
    assert not any(KEY[at : at + 5] in finding.message for at in range(len(KEY) - 4))


def test_filters_of_the_suite_apply(studio: Studio, found: Found) -> None:
    def anonymous(request: httpx.Request) -> object:
        fields = json.loads(request.body)  # type: ignore[attr-defined]
        request.body = json.dumps({**fields, "user": "anybody"}).encode()  # type: ignore[attr-defined]
        return request

    studio.settings = {"before_record_request": anonymous}
    assert not found(recorded({"text": "a", "user": "anybody"}), json={"text": "a", "user": "me"})


def test_requests_in_another_order(studio: Studio) -> None:
    with studio.playing(recorded({"text": "a"}), recorded({"text": "b"})):
        httpx.post(SAY, json={"text": "b"})
        httpx.post(SAY, json={"text": "a"})
    first, second = studio.findings()
    assert first.hint is not None
    assert first.hint.startswith("Interaction 1 of the tape is this very request")
    assert second.hint is not None
    assert second.hint.startswith("Interaction 0 of the tape is this very request")
