# without: passed
# with: TC401
# says with: /messages/1/content
# tape: chat
import pytest

from shop import assistant


@pytest.mark.anyio
@pytest.mark.vcr
async def test_the_assistant_knows_the_season():
    assert await assistant.async_answer("") == "Tulips are."
