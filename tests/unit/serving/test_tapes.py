from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.contracts import Contracts, Match
from tapecheck.errors import CassetteError
from tapecheck.faults import Reply
from tapecheck.model import Body, Headers, Request, Response
from tapecheck.serving import Tapes
from tapecheck.serving.equality import fingerprint
from tapecheck.serving.tapes import recorded_reply

Ask = Callable[..., Request]
Record = Callable[..., Path]
Matching = Callable[[Request], Match]

JSON = Headers((("Content-Type", "application/json"), ("x-id", "7"), ("Transfer-Encoding", "chunked")))
SSE = Headers((("content-type", "text/event-stream; charset=utf-8"),))
HI = Reply(status=200, reason="Fine", headers=JSON, pieces=(b'{"text": "hi"}',))


def test_a_tape_is_found_by_name_and_by_request(
    contracts: Contracts, ask: Ask, match: Matching, record: Record
) -> None:
    request = ask("/v1/say", {"text": "hello"})
    tapes = Tapes.load([record("talk/say/plain", request, HI)], contracts)
    asked = fingerprint(match(request), request, request.uri)
    assert tapes.by_request[asked] is tapes.named("talk/say/plain", match(request), asked)
    assert tapes.by_request[asked].name == "talk/say/plain"
    assert not tapes.problems


def test_the_reply_is_as_recorded_but_for_what_framed_it(contracts: Contracts, ask: Ask, record: Record) -> None:
    tapes = Tapes.load([record("a", ask("/v1/say", {"text": "hello"}), HI)], contracts)
    (recorded,) = tapes.by_name["a"]
    assert (recorded.reply.status, recorded.reply.reason, recorded.reply.pieces) == (200, "Fine", HI.pieces)
    assert dict(recorded.reply.headers) == {"Content-Type": "application/json", "x-id": "7"}
    assert recorded.reply.framing is None


def test_a_recorded_stream_comes_in_pieces(contracts: Contracts, ask: Ask, record: Record) -> None:
    stream = Reply(status=200, headers=SSE, pieces=(b"data: 1\n\ndata: 2\n\n",))
    (recorded,) = Tapes.load([record("a", ask("/v1/say", {"text": "x"}), stream)], contracts).by_name["a"]
    assert (recorded.reply.framing, recorded.reply.pieces) == ("sse", (b"data: 1\n\n", b"data: 2\n\n"))


def test_an_error_is_no_stream(contracts: Contracts, ask: Ask, record: Record) -> None:
    failed = Reply(status=429, headers=SSE, pieces=(b"data: 1\n\ndata: 2\n\n",))
    (recorded,) = Tapes.load([record("a", ask("/v1/say", {"text": "x"}), failed)], contracts).by_name["a"]
    assert recorded.reply.framing is None


def test_successes_come_before_errors(contracts: Contracts, ask: Ask, record: Record) -> None:
    request = ask("/v1/say", {"text": "hello"})
    replies = {"a": 429, "b": 200, "c": 200, "d": 422}
    folders = {
        record(name, request, Reply(status=status, headers=JSON, pieces=(b"{}",))) for name, status in replies.items()
    }
    tapes = Tapes.load(folders, contracts)
    assert [recorded.name for recorded in tapes.by_request.values()] == ["b"]
    assert sorted(tapes.by_name) == ["a", "b", "c", "d"]


def test_what_is_of_no_contract_is_left_out(contracts: Contracts, ask: Ask, record: Record) -> None:
    folder = record("a", ask("/v1/say", host="https://elsewhere.example"), HI)
    assert Tapes.load([folder], contracts) == Tapes(by_request={}, by_name={})


def test_what_cannot_be_read_is_told(contracts: Contracts, ask: Ask, record: Record, tmp_path: Path) -> None:
    folder = record("a", ask("/v1/say", {"text": "x"}), HI)
    (folder / "b.yaml").write_text("[")
    tapes = Tapes.load([folder, tmp_path / "absent"], contracts)
    assert list(tapes.by_name) == ["a"]
    assert [problem.path for problem in tapes.problems] == [folder / "b.yaml", tmp_path / "absent"]


def test_a_single_cassette_has_the_name_of_its_file(contracts: Contracts, ask: Ask, record: Record) -> None:
    folder = record("deep/a", ask("/v1/say", {"text": "x"}), HI)
    assert list(Tapes.load([folder / "deep/a.json"], contracts).by_name) == ["a"]


def test_a_named_cassette_may_be_missing_or_of_another_operation(
    contracts: Contracts, ask: Ask, match: Matching, record: Record
) -> None:
    tapes = Tapes.load([record("talk/say/plain", ask("/v1/say", {"text": "x"}), HI)], contracts)
    with pytest.raises(CassetteError, match="'talk/say/plane'") as caught:
        tapes.named("talk/say/plane", match(ask("/v1/say")), "")
    assert caught.value.hint == "The nearest: talk/say/plain."
    with pytest.raises(CassetteError, match="holds nothing of talk thing"):
        tapes.named("talk/say/plain", match(ask("/v1/things/1", method="GET")), "")


def test_a_named_cassette_need_not_hold_the_request(
    contracts: Contracts, ask: Ask, match: Matching, record: Record
) -> None:
    tapes = Tapes.load([record("a", ask("/v1/say", {"text": "x"}), HI)], contracts)
    assert tapes.named("a", match(ask("/v1/say")), "another").reply.body == HI.body


def test_dots_in_a_name_are_kept(contracts: Contracts, ask: Ask, record: Record) -> None:
    record("talk/gpt-4.1", ask("/v1/say", {"text": "one"}), HI)
    folder = record("talk/gpt-4.5", ask("/v1/say", {"text": "two"}), HI)
    (folder / "talk/gpt-4.5.json").rename(folder / "talk/gpt-4.5.YAML")
    tapes = Tapes.load([folder], contracts)
    assert list(tapes.by_name) == ["talk/gpt-4.1", "talk/gpt-4.5"]
    assert len(tapes.by_request) == 2
    assert not tapes.problems


def test_a_name_that_is_taken_is_told_and_the_tape_still_found_by_request(
    contracts: Contracts, ask: Ask, match: Matching, record: Record
) -> None:
    requests = [ask("/v1/say", {"text": text}) for text in ("first", "second")]
    folder = record("a", requests[1], HI)
    (folder / "a.json").rename(folder / "a.yaml")
    record("a", requests[0], HI)
    tapes = Tapes.load([folder, folder], contracts)
    asked = [fingerprint(match(request), request, request.uri) for request in requests]
    assert [one.fingerprint for one in tapes.by_name["a"]] == asked[:1]
    assert sorted(tapes.by_request) == sorted(asked)
    assert [(problem.message, problem.path) for problem in tapes.problems] == [
        (f"the name 'a' belongs to {folder / 'a.json'} already, expected another one", folder / "a.yaml")
    ]


@pytest.mark.parametrize(("media", "framing"), [("text/event-stream", "sse"), ("application/json", None)])
def test_without_an_operation_only_sse_is_a_stream(media: str, framing: str | None) -> None:
    body = Body(content=b"data: 1\n\ndata: 2\n\n")
    response = Response(status=200, headers=Headers((("content-type", media),)), body=body)
    reply = recorded_reply(None, response)
    assert (reply.framing, reply.body) == (framing, body.content)
    assert len(reply.pieces) == (2 if framing else 1)
