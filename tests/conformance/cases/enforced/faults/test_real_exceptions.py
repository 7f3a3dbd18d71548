# without: error
# with: passed
"""Each client raises what is its own; there is no tape."""

import httpx
import httpx2
import openai
import pytest
import requests

from shop import assistant, embed


def test_httpx(faults):
    faults.add("read-timeout")
    with pytest.raises(httpx.ReadTimeout):
        embed.vector("rose")


def test_httpx2(faults):
    faults.add("connect-timeout")
    with httpx2.Client(timeout=5) as client, pytest.raises(httpx2.ConnectTimeout):
        client.post(embed.URL, json=embed.body("rose"))


def test_requests(faults):
    faults.add("connect-refused")
    with pytest.raises(requests.ConnectionError):
        embed.vector_by_requests("rose")


@pytest.mark.anyio
async def test_async(faults):
    faults.add("tls-failure")
    with pytest.raises(httpx.ConnectError):
        await embed.vector_async("rose")


def test_the_sdk(faults):
    faults.sequence("status-429", "read-timeout", "status-500")
    with pytest.raises(openai.RateLimitError):
        assistant.answer("What is in season?")
    with pytest.raises(openai.APITimeoutError):
        assistant.answer("What is in season?")
    with pytest.raises(openai.InternalServerError):
        assistant.answer("What is in season?")


@pytest.mark.anyio
async def test_the_async_sdk(faults):
    faults.add("connect-refused")
    with pytest.raises(openai.APIConnectionError):
        await assistant.async_answer("What is in season?")
