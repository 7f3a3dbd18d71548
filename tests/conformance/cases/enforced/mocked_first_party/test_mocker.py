# without: passed
# with: TC503
import pytest


@pytest.mark.anyio
async def test_a_question_is_answered(mocker):
    from shop import assistant

    mocker.patch("shop.assistant.async_answer", autospec=True, return_value="Tulips.")
    assert await assistant.async_answer("What is in season?") == "Tulips."
