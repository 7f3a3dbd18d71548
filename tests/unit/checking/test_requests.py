from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tapecheck.checking import RustEngine
from tapecheck.checking.problem import Validation
from tapecheck.checking.requests import request_problems
from tapecheck.contracts import Match, bundled_contracts, load
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    from tests.unit.checking.conftest import Weather

URI = "https://api.weather.example/report"


@pytest.fixture
def codes(weather: Weather) -> Callable[..., list[str]]:
    """The codes of what breaks the contract in a request."""
    engine = RustEngine(weather.contracts.schemas)
    validation = Validation(engine=engine, annotator=engine, schemas=weather.contracts.schemas)
    match = weather.contracts.match("POST", URI)
    assert isinstance(match, Match)

    def codes(content: bytes, media: str = "application/json") -> list[str]:
        headers = Headers((("content-type", media),))
        request = Request(method="POST", uri=URI, headers=headers, body=Body(content=content))
        return [problem.code.value for problem in request_problems(match, request, validation)]

    return codes


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"city": "Oslo"}', []),
        (b'{"city": "Oslo", "unknown": 1}', []),
        (b'{"city": 1}', ["TC102"]),
        (b"", ["TC102"]),
        (b"{", ["TC109"]),
    ],
)
def test_bodies(codes: Callable[..., list[str]], content: bytes, expected: list[str]) -> None:
    assert codes(content) == expected


def test_another_content_type(codes: Callable[..., list[str]]) -> None:
    assert codes(b'{"city": "Oslo"}', "text/csv") == ["TC105"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("responses", {"input": [{"type": "image_generation_call", "id": "ig_1"}]}),
        ("chat/completions", {"messages": [{"role": "assistant", "content": "", "function_call": None}]}),
        ("chat/completions", {"messages": [{"role": "assistant", "content": "", "annotations": None}]}),
    ],
)
def test_what_sdks_send_back_of_an_earlier_answer(path: str, body: dict[str, object]) -> None:
    contracts = load(bundled_contracts()).contracts
    engine = RustEngine(contracts.schemas)
    validation = Validation(engine=engine, annotator=engine, schemas=contracts.schemas)
    uri = f"https://api.openai.com/v1/{path}"
    match = contracts.match("POST", uri)
    assert isinstance(match, Match)
    headers = Headers((("content-type", "application/json"),))
    content = Body(content=json.dumps({"model": "m", **body}).encode())
    request = Request(method="POST", uri=uri, headers=headers, body=content)
    assert list(request_problems(match, request, validation)) == []
