# without: passed
# with: TC501
"""The mocked stream just stops, without a reason and an end."""

import httpx
import respx

CHUNK = (
    'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini","choices":'
    '[{"index":0,"delta":{"role":"assistant","content":"Tulips"},"logprobs":null,"finish_reason":null}]}\n\n'
)


@respx.mock
def test_the_first_word():
    route = respx.post("https://api.openai.com/v1/chat/completions")
    route.respond(content=CHUNK.encode(), headers={"content-type": "text/event-stream"})
    body = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    with httpx.stream("POST", "https://api.openai.com/v1/chat/completions", json=body) as answer:
        assert "Tulips" in next(answer.iter_lines())
