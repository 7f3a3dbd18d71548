from __future__ import annotations

import json
from pathlib import Path

import pytest

import tapecheck
from tapecheck.checking import Checker
from tapecheck.contracts import Match, bundled_contracts, load
from tapecheck.model import Body, Code, Headers, Interaction, JSONValue, Request, Response

CODE: JSONValue = {"executableCode": {"language": "PYTHON", "code": "print(1)"}}
RESULT: JSONValue = {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}
TEXT: JSONValue = {"text": "It is 1."}


def candidate(part: JSONValue, reason: str | None = None) -> JSONValue:
    """Return what a chunk of Gemini's streams says for one of its answers."""
    ended: dict[str, JSONValue] = {} if reason is None else {"finishReason": reason}
    return {"content": {"role": "model", "parts": [part]}, **ended}


def chunk(*candidates: JSONValue) -> JSONValue:
    return {
        "candidates": list(candidates),
        "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 9, "totalTokenCount": 14},
        "modelVersion": "gemini-1.5-pro",
    }


def objections(*chunks: JSONValue) -> list[Code]:
    """Return what the contract has against a stream of Gemini."""
    contracts = load(bundled_contracts()).contracts
    request = Request(
        method="POST",
        uri="https://generativelanguage.googleapis.com/v1beta/models/gemini-1.5-pro:streamGenerateContent?alt=sse",
        body=Body(content=json.dumps({"contents": [{"role": "user", "parts": [{"text": "1?"}]}]}).encode()),
    )
    response = Response(
        status=200,
        headers=Headers((("content-type", "text/event-stream"),)),
        body=Body(content="".join(f"data: {json.dumps(one)}\n\n" for one in chunks).encode()),
    )
    match = contracts.match(request.method, request.uri)
    assert isinstance(match, Match)
    interaction = Interaction(index=0, line=1, request=request, response=response)
    return [problem.code for problem in Checker(contracts).problems(match, interaction)]


def test_they_are_sound() -> None:
    assert load(bundled_contracts()).problems == ()


def test_an_installed_tapecheck_has_them_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tapecheck, "__file__", str(tmp_path / "src/tapecheck/__init__.py"))
    assert bundled_contracts() == tmp_path / "contracts"
    (tmp_path / "src/tapecheck/_contracts").mkdir(parents=True)
    assert bundled_contracts() == tmp_path / "src/tapecheck/_contracts"


RESULT_AND_END = (chunk(candidate(RESULT)), chunk(candidate(TEXT, "STOP")))


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([chunk(candidate(CODE, "STOP")), *RESULT_AND_END], []),
        ([chunk(candidate(CODE)), chunk(candidate(RESULT, "STOP"))], []),
        ([chunk(candidate(CODE, "STOP"))], [Code.STREAM_INCOMPLETE]),
        ([chunk(candidate(CODE, "MAX_TOKENS")), *RESULT_AND_END], [Code.STREAM_EVENT]),
        ([chunk(candidate(CODE, "NEW")), *RESULT_AND_END], [Code.STREAM_EVENT]),
        ([chunk(candidate(TEXT, "STOP"), candidate(CODE)), *RESULT_AND_END], [Code.STREAM_EVENT]),
        (
            [chunk(candidate(CODE)), chunk(candidate(RESULT, "STOP")), chunk(candidate(TEXT, "STOP"))],
            [Code.STREAM_ORDER],
        ),
    ],
)
def test_only_a_stop_for_code_ends_no_stream_of_gemini(chunks: list[JSONValue], expected: list[Code]) -> None:
    assert objections(*chunks) == expected
