# without: passed
# with: passed
# tape: chat
import pytest

from shop import assistant


@pytest.mark.vcr
def test_the_assistant_knows_the_season():
    assert assistant.answer("What is in season?") == "Tulips are."


@pytest.mark.anyio
@pytest.mark.vcr
async def test_the_assistant_knows_it_too():
    assert await assistant.async_answer("What is in season?") == "Tulips are."
