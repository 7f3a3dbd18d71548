"""Asks a language model for vectors, with plain HTTP clients."""

import httpx
import requests

URL = "https://api.openai.com/v1/embeddings"
HEADERS = {"authorization": "Bearer sk-test-of-the-shop"}


def body(text):
    return {"model": "text-embedding-3-small", "input": text}


def vector(text):
    answer = httpx.post(URL, json=body(text), headers=HEADERS, timeout=5)
    return answer.json()["data"][0]["embedding"]


def vector_by_requests(text):
    answer = requests.post(URL, json=body(text), headers=HEADERS, timeout=5)
    return answer.json()["data"][0]["embedding"]


async def vector_async(text):
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.post(URL, json=body(text), headers=HEADERS)
    return answer.json()["data"][0]["embedding"]
