from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import httpx2
import pytest
import requests
import vcr
from pytest_recording._vcr import CombinedPersister

from tapecheck.errors import ConfigurationError, ContractError
from tapecheck.intercepting import Watching
from tapecheck.model import Body, Finding, Headers, Request, RunningTest
from tapecheck.replaying import ReplayGuard, TapeUse
from tests.unit.replaying.conftest import SAY, Studio, recorded

Guarding = Callable[..., ReplayGuard]
TAPE = recorded({"text": "a"})


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code.value for finding in findings]


def asked(text: str = "a", uri: str = SAY) -> Request:
    body = Body(content=f'{{"text": "{text}"}}'.encode())
    return Request(method="POST", uri=uri, headers=Headers((("content-type", "application/json"),)), body=body)


def with_httpx(**body: object) -> None:
    httpx.post(SAY, **body)  # type: ignore[arg-type]


def with_httpx2(**body: object) -> None:
    httpx2.post(SAY, **body)  # type: ignore[arg-type]


def with_requests(**body: object) -> None:
    requests.post(SAY, **body, timeout=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("ask", [with_httpx, with_httpx2, with_requests])
def test_clients(studio: Studio, ask: Callable[..., None]) -> None:
    with studio.playing(TAPE, TAPE):
        ask(json={"text": "a"})
        ask(json={"text": "b"})
    [finding] = studio.findings()
    assert (finding.code.value, finding.interaction) == ("TC401", 1)


def chunks() -> Iterator[bytes]:
    yield b'{"text":'
    yield b'"b"}'


@pytest.mark.parametrize("ask", [with_httpx, with_httpx2, with_requests])
def test_bodies_that_are_streamed(studio: Studio, ask: Callable[..., None]) -> None:
    with studio.playing(TAPE):
        ask(data=chunks()) if ask is with_requests else ask(content=chunks())
    assert codes(studio.findings()) == ["TC401"]


@pytest.mark.anyio
@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
async def test_asynchronous_clients(studio: Studio, library: object) -> None:
    with studio.playing(TAPE):
        async with library.AsyncClient() as client:  # type: ignore[attr-defined]
            await client.post(SAY, json={"text": "b"})
    assert codes(studio.findings()) == ["TC401"]


def test_each_interaction_is_told_of_once(studio: Studio) -> None:
    path = studio.tape(TAPE)
    studio.guard.begin(studio.test)
    with vcr.VCR(record_mode="none", serializer="json").use_cassette(str(path), allow_playback_repeats=True):
        with_httpx(json={"text": "b"})
        assert codes(list(studio.guard.called())) == ["TC401"]
        with_httpx(json={"text": "c"})
    assert not studio.guard.ended()


def test_the_next_test_begins_anew(studio: Studio) -> None:
    for _ in range(2):
        with studio.playing(TAPE):
            with_httpx(json={"text": "b"})
        assert codes(studio.findings()) == ["TC401"]
    studio.guard.begin(studio.test)
    assert not studio.findings()
    assert not studio.guard.tapes()


def test_what_is_ignored_everywhere(studio: Studio, guarding: Guarding) -> None:
    with guarding(ignored=("/text",)) as guard:
        studio.guard = guard
        with studio.playing(TAPE):
            with_httpx(json={"text": "b"})
        assert not studio.findings()


def test_a_path_that_is_none(studio: Studio, guarding: Guarding) -> None:
    with pytest.raises(ConfigurationError):
        guarding(ignored=("text",))
    with pytest.raises(ConfigurationError):
        studio.guard.begin(studio.test, ("text",))


def test_who_records_is_left_alone(studio: Studio) -> None:
    studio.settings = {"record_mode": "new_episodes"}
    with studio.playing(TAPE):
        with_httpx(json={"text": "b"})
    assert not studio.findings()


def test_what_was_recorded_just_now_is_no_matter(studio: Studio) -> None:
    studio.guard.begin(studio.test)
    playing = vcr.VCR(serializer="json").use_cassette(
        str(studio.folder / "new.json"), allow_playback_repeats=True, record_mode="none"
    )
    with playing as opened:
        opened.append(
            vcr.request.Request("POST", SAY, b"{}", {}),
            {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": b""}},
        )
        with_httpx(json={"text": "b"})
    assert not studio.findings()
    assert studio.guard.tapes() == [
        TapeUse(path=(studio.folder / "new.json").resolve(), interactions=0, played=frozenset())
    ]


def test_what_was_played(studio: Studio) -> None:
    with studio.playing(TAPE, TAPE, recorded(method="GET")):
        with_httpx(json={"text": "a"})
        httpx.get(SAY)
    studio.findings()
    [use] = studio.guard.tapes()
    assert use == TapeUse(path=(studio.folder / "tape.json").resolve(), interactions=3, played=frozenset({0, 2}))


def test_a_cassette_for_several_tests(studio: Studio) -> None:
    path = studio.tape(TAPE, TAPE)
    studio.guard.begin(studio.test)
    with studio.cassette(path):
        assert studio.guard.tapes()[0].played == frozenset()
        for expected in ({0}, {1}):
            studio.guard.begin(studio.test)
            with_httpx(json={"text": "a"})
            assert [use.played for use in studio.guard.tapes()] == [expected]
        studio.guard.begin(studio.test)
        assert not studio.guard.tapes()


def test_a_cassette_that_was_open_before(studio: Studio, guarding: Guarding) -> None:
    with studio.cassette(studio.tape(TAPE)), guarding() as guard:
        guard.begin(studio.test)
        with_httpx(json={"text": "b"})
        assert codes(guard.called()) == ["TC401"]
        assert [use.interactions for use in guard.tapes()] == [1]


def test_interactions_that_a_hook_drops(studio: Studio) -> None:
    studio.settings = {"before_record_request": lambda request: None if request.method == "GET" else request}
    with studio.playing(recorded(method="GET"), TAPE):
        with_httpx(json={"text": "b"})
    [finding] = studio.findings()
    assert finding.interaction == 1
    [use] = studio.guard.tapes()
    assert (use.interactions, use.played) == (1, frozenset({0}))


def test_several_files_in_one_cassette(studio: Studio) -> None:
    extra = studio.tape(recorded({"text": "b"}), name="extra.json")
    own = vcr.VCR(record_mode="none", serializer="json")
    own.register_persister(CombinedPersister([str(extra)]))
    studio.guard.begin(studio.test)
    with own.use_cassette(str(studio.tape(TAPE))):
        with_httpx(json={"text": "a"})
        with_httpx(json={"text": "c"})
    [finding] = studio.findings()
    assert (finding.cassette, finding.interaction) == ("cassettes/extra.json", 0)


def test_code_in_this_process(studio: Studio) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(500))
    with Watching(), studio.playing(TAPE), httpx.Client(transport=transport) as client:
        client.post(SAY, json={"text": "b"})
    [finding] = studio.findings()
    assert finding.code.value == "TC403"
    assert "MockTransport" in finding.message


@pytest.mark.parametrize(("configured", "expected"), [("none", []), ("once", ["TC404"])])
def test_record_modes(studio: Studio, guarding: Guarding, configured: str, expected: list[str]) -> None:
    with guarding(record_mode="none") as guard:
        for _ in range(2):
            guard.begin(studio.test)
            guard.configured(configured)
            assert codes([*guard.called(), *guard.ended()]) == expected
        guard.begin(studio.test)
        assert not guard.called()


def test_a_cassette_that_may_record(studio: Studio, guarding: Guarding, test: RunningTest) -> None:
    studio.settings = {"record_mode": "once"}
    with guarding(record_mode="none") as guard:
        for name, expected in (("tape.json", []), ("missing.json", ["TC404"])):
            guard.begin(test)
            with studio.cassette(studio.tape(TAPE).with_name(name)):
                assert codes(guard.called()) == expected


def test_peeking_does_not_play(studio: Studio) -> None:
    with studio.playing(TAPE, recorded({"text": "a"}, answer="second")):
        for _ in range(2):
            response = studio.guard.peek(asked())
            assert response is not None
            assert (response.status, response.body.content) == (200, b'{"answer": null}')
        assert studio.guard.tapes()[0].played == {0}
        assert httpx.post(SAY, json={"text": "a"}).json() == {"answer": None}
        response = studio.guard.peek(asked())
        assert response is not None
        assert response.body.content == b'{"answer": "second"}'
    assert studio.guard.tapes()[0].played == {0, 1}
    assert not studio.findings()


def test_peeking_where_there_is_nothing(studio: Studio) -> None:
    assert studio.guard.peek(asked()) is None
    with studio.playing(TAPE):
        assert studio.guard.peek(asked(uri="https://elsewhere.example/")) is None
        with_httpx(json={"text": "a"})
        assert studio.guard.peek(asked()) is None
    assert studio.guard.peek(asked()) is None


def test_the_innermost_cassette_answers(studio: Studio) -> None:
    inner = studio.tape(recorded({"text": "a"}, answer="inner"), name="inner.json")
    with studio.playing(TAPE), studio.cassette(inner):
        response = studio.guard.peek(asked())
    assert response is not None
    assert response.body.content == b'{"answer": "inner"}'


def test_a_broken_contract_is_told_once(studio: Studio, tmp_path: Path) -> None:
    def broken() -> object:
        raise ContractError("broken", path=tmp_path)

    with ReplayGuard(broken, root=tmp_path, record_mode=None) as guard:  # type: ignore[arg-type]
        studio.guard = guard
        with studio.playing(TAPE):
            with_httpx(json={"text": "b"})
        with pytest.raises(ContractError):
            guard.called()
        assert codes(guard.ended()) == ["TC401"]


def test_contracts_are_loaded_when_they_are_needed(studio: Studio) -> None:
    def needed() -> object:
        raise AssertionError("nobody has replayed anything")

    with ReplayGuard(needed, root=studio.folder, record_mode="none") as guard:  # type: ignore[arg-type]
        guard.begin(studio.test)
        with studio.cassette(studio.tape(TAPE)):
            guard.calling()
        assert not guard.called()
