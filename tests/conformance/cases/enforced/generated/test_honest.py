# without: error
# with: passed
"""Whatever the provider may answer, the code does not crash."""

import openai
import pytest

from shop import assistant, embed


def test_any_vector(generated):
    def ask():
        assert isinstance(embed.vector("rose"), list | str)

    generated("openai", "embeddings", examples=10).check(ask)


@pytest.mark.anyio
async def test_any_vector_async(generated):
    async def ask():
        assert isinstance(await embed.vector_async("rose"), list | str)

    await generated("openai", "embeddings", examples=10).check_async(ask)


def test_any_stream(generated):
    """A stream may end with an error of the provider, which the SDK raises; to refuse that is honest."""

    def ask():
        assert all(isinstance(word, str) for word in assistant.words("What is in season?"))

    generated("openai", "chat.completions", examples=10).check(ask, allowed=(openai.APIError,))
