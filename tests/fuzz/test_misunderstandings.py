from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from backend.chat.exchange import failure
from backend.errors import UpstreamError
from backend.llm.accounts import accounts
from backend.llm.reading import Shape, read
from backend.providers.registry import PROVIDERS
from tests.fuzz.misunderstandings import MISUNDERSTOOD


class Answer(Shape):
    text: str


@pytest.mark.parametrize("body", [b"{}", b"NaN", b"{"])
def test_an_answer_that_cannot_be_read_is_misunderstood(body: bytes) -> None:
    with pytest.raises(UpstreamError) as caught:
        read(Answer, body, "Acme")
    assert MISUNDERSTOOD.search(caught.value.detail)


@pytest.mark.parametrize(
    ("status", "misunderstood"), [(400, True), (401, True), (422, True), (500, False), (503, False)]
)
def test_a_refused_request_is_misunderstood(status: int, misunderstood: bool) -> None:
    account = accounts(PROVIDERS, {"OPENAI_API_KEY": "no-key"})["openai"]
    detail = failure(account, httpx.Response(status), b"", datetime(2026, 1, 5, tzinfo=UTC)).detail
    assert bool(MISUNDERSTOOD.search(detail)) is misunderstood
