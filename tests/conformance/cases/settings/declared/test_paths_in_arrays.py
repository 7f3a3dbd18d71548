# without: passed
# with: passed
# tape: chat
import httpx
import pytest

BODY = {
    "messages": [
        {"role": "system", "content": "You work in a flower shop, and today is Monday."},
        {"role": "user", "content": "What is in season?"},
    ],
    "model": "gpt-4.1-mini",
}


@pytest.mark.vcr
def test_any_instructions():
    assert httpx.post("https://api.openai.com/v1/chat/completions", json=BODY).status_code == 200
