from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tapecheck.checking import RustEngine
from tapecheck.checking.problem import Validation
from tapecheck.checking.requests import request_problems
from tapecheck.contracts import Match
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
