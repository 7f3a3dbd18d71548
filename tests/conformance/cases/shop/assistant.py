"""Answers questions of customers by a language model."""

from openai import AsyncOpenAI, OpenAI

MODEL = "gpt-4.1-mini"
KEY = "sk-test-of-the-shop"


def messages(question):
    return [{"role": "system", "content": "You work in a flower shop."}, {"role": "user", "content": question}]


def answer(question, *, retries=0, **options):
    client = OpenAI(api_key=KEY, max_retries=retries, timeout=5)
    completion = client.chat.completions.create(model=MODEL, messages=messages(question), **options)
    return completion.choices[0].message.content


def polite_answer(question):
    try:
        return answer(question)
    except Exception:
        return "Please ask again later."


def words(question):
    client = OpenAI(api_key=KEY, max_retries=0, timeout=5)
    stream = client.chat.completions.create(model=MODEL, messages=messages(question), stream=True)
    for chunk in stream:
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content


async def async_answer(question):
    async with AsyncOpenAI(api_key=KEY, max_retries=0, timeout=5) as client:
        completion = await client.chat.completions.create(model=MODEL, messages=messages(question))
    return completion.choices[0].message.content
