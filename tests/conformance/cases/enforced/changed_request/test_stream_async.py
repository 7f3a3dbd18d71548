# without: passed
# with: TC401
# says with: /model
# tape: streamed_chat
import pytest
from openai import AsyncOpenAI

from shop import assistant


@pytest.mark.anyio
@pytest.mark.vcr
async def test_the_words_come_one_by_one():
    messages = assistant.messages("What is in season?")
    async with AsyncOpenAI(api_key=assistant.KEY, max_retries=0) as client:
        stream = await client.chat.completions.create(model="gpt-4.1", messages=messages, stream=True)
        words = [chunk.choices[0].delta.content async for chunk in stream]
    assert "Tulips" in words
