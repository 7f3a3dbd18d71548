# without: passed
# with: TC501
# says with: /choices/0
import httpx2
from openai import OpenAI


def answer(request):
    return httpx2.Response(200, json={"id": "1", "choices": [{"message": {"content": "Tulips."}}]})


def test_the_sdk_reads_the_answer():
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = OpenAI(api_key="sk-test", http_client=http)
    completion = client.chat.completions.create(model="gpt-4.1-mini", messages=[{"role": "user", "content": "Hi"}])
    assert completion.choices[0].message.content == "Tulips."
