"""Faults as an official SDK meets them, with the contract's own answers and errors: its errors and retries are real."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import openai
import pytest

from tapecheck.checking import sound
from tapecheck.contracts import Contracts, bundled_contracts
from tapecheck.intercepting import Faults, Interception


@cache
def contracts() -> Contracts:
    return sound(bundled_contracts())


@pytest.fixture
def faults() -> Iterator[Faults]:
    faults = Faults(contracts, lambda request: None)
    with Interception(faults.answer):
        yield faults
    assert faults.unused() == []


def client(retries: int = 0) -> openai.OpenAI:
    return openai.OpenAI(api_key="sandbox-key", max_retries=retries, timeout=30)


def ask(retries: int = 0) -> str | None:
    with client(retries) as sdk:
        answer = sdk.chat.completions.create(model="any", messages=[{"role": "user", "content": "Anything?"}])
    return answer.choices[0].message.role


def stream() -> list[str]:
    with client() as sdk:
        chunks = sdk.chat.completions.create(
            model="any", messages=[{"role": "user", "content": "Anything?"}], stream=True
        )
        return [chunk.id for chunk in chunks]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("read-timeout", openai.APITimeoutError),
        ("connect-timeout", openai.APITimeoutError),
        ("connect-refused", openai.APIConnectionError),
        ("dns-failure", openai.APIConnectionError),
        ("tls-failure", openai.APIConnectionError),
        ("reset-before-answer", openai.APIConnectionError),
        ("close-mid-body", openai.APIConnectionError),
        ("status-400", openai.BadRequestError),
        ("status-401", openai.AuthenticationError),
        ("status-429", openai.RateLimitError),
        ("status-500", openai.InternalServerError),
        ("status-529", openai.InternalServerError),
    ],
)
def test_the_errors_of_the_sdk(faults: Faults, fault: str, error: type[openai.APIError]) -> None:
    faults.add(fault)
    with pytest.raises(error) as caught:
        ask()
    assert type(caught.value) is error
    if isinstance(caught.value, openai.APIStatusError):
        assert "this fault was asked for" in caught.value.message


def test_an_error_has_the_shape_that_the_sdk_reads(faults: Faults) -> None:
    faults.add("status-429")
    with pytest.raises(openai.RateLimitError) as caught:
        ask()
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"] == "Too Many Requests: this fault was asked for."


def test_the_sdk_tries_again_itself(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0)
    faults.sequence("read-timeout", "status-500")
    faults.add("status-404")  # by what the third attempt is answered, as no tape is there
    with pytest.raises(openai.NotFoundError):
        ask(retries=2)


def test_a_stream_that_is_reset(faults: Faults) -> None:
    faults.add("reset-mid-body")
    with pytest.raises(openai.APIConnectionError):
        stream()


def test_the_sdk_takes_a_stream_that_is_cut_for_whole(faults: Faults) -> None:
    faults.add("stream-cut-before-end")
    assert stream()
