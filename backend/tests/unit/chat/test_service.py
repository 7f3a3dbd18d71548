from __future__ import annotations

import asyncio
import gc

import httpx
import pytest

from backend.errors import BrokenOffError, RateLimitedError, TimedOutError, UpstreamError
from backend.llm.protocol import Answer
from backend.tests.unit.chat.asking import (
    BLOCKS,
    MESSAGE,
    OPENAI,
    PLAIN,
    PROMPT,
    STREAMED,
    Body,
    bench,
    collect,
    plain,
    streamed,
)

pytestmark = pytest.mark.anyio

HOST = "https://api.openai.com"
GUARD = 60
"""Seconds after which a test ends that would hang."""


def whole() -> httpx.Response:
    return streamed(Body(STREAMED.body))


# --- which provider --------------------------------------------------------------------------------------------------


async def test_a_provider_is_chosen_by_name_or_by_default(redis_url: str) -> None:
    async with bench(redis_url) as asking:
        assert asking.chat.choose("gemini").name == "gemini"
        assert asking.chat.choose(None).name == "openai"


# --- retries ---------------------------------------------------------------------------------------------------------


async def test_an_answer_is_asked_for_again(redis_url: str) -> None:
    async with bench(redis_url, plain(status=429), httpx.ConnectError("refused"), plain()) as asking:
        assert await asking.chat.answer("openai", PROMPT) == OPENAI.provider.answer(PLAIN.body)
    assert asking.clock.slept == [1, 2]
    assert len(asking.transport.requests) == 3


async def test_a_provider_says_when_to_ask_again(redis_url: str) -> None:
    async with bench(redis_url, plain(status=429, retry_after="20"), plain()) as asking:
        assert await asking.chat.answer("openai", PROMPT) == OPENAI.provider.answer(PLAIN.body)
    assert asking.clock.slept == [20]


async def test_the_last_error_is_told(redis_url: str) -> None:
    answers = (plain(status=500), httpx.ReadTimeout("slow"), plain(status=429, retry_after="7"))
    async with bench(redis_url, *answers, failures=9) as asking:
        with pytest.raises(RateLimitedError) as caught:
            await asking.chat.answer("openai", PROMPT)
    assert caught.value.retry_after == 7


async def test_a_refusal_is_final(redis_url: str) -> None:
    async with bench(redis_url, plain(status=400)) as asking:
        with pytest.raises(UpstreamError, match="400"):
            await asking.chat.answer("openai", PROMPT)
        assert len(asking.transport.requests) == 1


async def test_a_stream_is_asked_for_again_until_it_begins(redis_url: str) -> None:
    cut, broken = Body(BLOCKS[0]), Body(httpx.ReadError("reset"))
    async with bench(redis_url, streamed(cut), streamed(broken), whole(), failures=9) as asking:
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            assert "".join([piece async for piece in conversation]) == MESSAGE
        assert conversation.answer.message == MESSAGE
    assert asking.clock.slept == [1, 2]
    assert cut.closed
    assert broken.closed


async def test_a_stream_is_not_asked_for_again_once_it_has_begun(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:4])), whole()) as asking:
        found: list[str | Answer] = []
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            with pytest.raises(BrokenOffError):
                await collect(conversation, found)
            with pytest.raises(BrokenOffError, match="not whole"):
                _ = conversation.answer
        assert found == ["one", ",", " two"]
        assert len(asking.transport.requests) == 1
        assert body.closed


# --- the deadline ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("streams", [False, True])
async def test_an_answer_that_does_not_begin_in_time(redis_url: str, streams: bool) -> None:
    body = Body(BLOCKS[0], None)
    answer = (
        streamed(body) if streams else httpx.Response(200, stream=body, headers={"content-type": "application/json"})
    )
    async with bench(redis_url, answer, failures=1, timeout=0.5, read_timeout=0.01) as asking:
        with pytest.raises(TimedOutError, match=r"timeout: no answer within 0\.5 s"):
            await (asking.chat.stream if streams else asking.chat.answer)("openai", PROMPT)
        assert body.closed
        assert len(asking.transport.requests) == 1, "a model may think for longer than the time-out for the next bytes"


@pytest.mark.parametrize("comes", [(None,), (*BLOCKS[3:], None)], ids=["nothing more", "all but the end"])
async def test_a_stream_that_does_not_end_in_time(redis_url: str, comes: tuple[bytes | None, ...]) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:3], *comes)), failures=1) as asking:
        conversation = await asking.chat.stream("openai", PROMPT)
        asking.clock.advance(60)
        async with conversation:
            assert await anext(conversation) == "one"
            with pytest.raises(TimedOutError, match="timeout: openai did not come to an end within 60 s"):
                async with asyncio.timeout(GUARD):
                    await collect(conversation, [])
            assert body.closed, "nobody has to leave for that"
        assert await asking.states() == {HOST: "open"}


async def test_a_stream_that_began_and_falls_silent(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:3], None)), failures=1, read_timeout=0.01) as asking:
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            with pytest.raises(TimedOutError, match="timeout: openai did not answer in time"):
                await collect(conversation, [])
            assert body.closed
        assert await asking.states() != {}


async def test_pauses_are_part_of_the_time(redis_url: str) -> None:
    async with bench(redis_url, plain(status=429, retry_after="61"), plain()) as asking:
        with pytest.raises(RateLimitedError):
            await asking.chat.answer("openai", PROMPT)
    assert asking.clock.slept == []


# --- who does not read -----------------------------------------------------------------------------------------------


async def test_who_does_not_read_does_not_hold_the_connection_nor_decide_about_the_provider(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS)), failures=1) as asking:
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            await closing(body)
            asking.clock.advance(61)
            assert "".join([piece async for piece in conversation]) == MESSAGE
        assert conversation.answer.message == MESSAGE
        assert await asking.states() == {}


async def test_a_provider_that_hangs_is_left_though_nobody_reads(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:3], None)), failures=1) as asking:
        conversation = await asking.chat.stream("openai", PROMPT)
        asking.clock.advance(60)
        async with conversation:
            await closing(body)
        assert await asking.states() != {}
    del conversation
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_how_it_ended_is_told_as_often_as_it_is_asked(redis_url: str) -> None:
    async with (
        bench(redis_url, streamed(Body(*BLOCKS[:3]))) as asking,
        await asking.chat.stream("openai", PROMPT) as conversation,
    ):
        for _ in range(2):
            with pytest.raises(BrokenOffError, match="broke off"):
                await collect(conversation, [])


async def closing(body: Body) -> None:
    """Wait until a connection is closed."""
    async with asyncio.timeout(GUARD):
        while not body.closed:
            await asyncio.sleep(0)


# --- leaving ---------------------------------------------------------------------------------------------------------


async def test_who_leaves_closes_the_connection(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:3], None)), failures=1) as asking:
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            assert await anext(conversation) == "one"
            early = body.closed
        assert (early, body.closed) == (False, True)
        assert await asking.states() == {}, "the provider is not to blame"


async def test_who_leaves_at_once_closes_the_connection(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(*BLOCKS[:3], None)), failures=1) as asking:
        async with await asking.chat.stream("openai", PROMPT):
            pass
        assert body.closed
        assert await asking.states() == {}


async def test_who_leaves_before_it_begins_closes_the_connection(redis_url: str) -> None:
    async with bench(redis_url, streamed(body := Body(BLOCKS[0], None)), failures=1) as asking:
        waiting = asyncio.create_task(asking.chat.stream("openai", PROMPT))
        while not asking.transport.requests:
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert body.closed
        assert await asking.states() == {}


async def test_what_has_been_read_is_not_read_again(redis_url: str) -> None:
    async with bench(redis_url, whole()) as asking, await asking.chat.stream("openai", PROMPT) as conversation:
        first = await anext(conversation)
        assert first + "".join([piece async for piece in conversation]) == MESSAGE
        assert [piece async for piece in conversation] == []
        assert conversation.answer.message == MESSAGE


async def test_a_stream_without_text_is_an_answer(redis_url: str) -> None:
    blocks = [block for block in BLOCKS if b'"content":"' not in block or b'"content":""' in block]
    async with bench(redis_url, streamed(Body(*blocks))) as asking:
        async with await asking.chat.stream("openai", PROMPT) as conversation:
            assert [piece async for piece in conversation] == []
        assert conversation.answer.message == ""
