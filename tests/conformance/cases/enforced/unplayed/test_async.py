# without: passed
# with: TC402
# tape: two_chats
import pytest

from shop import assistant


@pytest.mark.anyio
@pytest.mark.vcr
async def test_a_conversation():
    assert await assistant.async_answer("What is in season?") == "Tulips are."
