"""Asks the wholesaler what there is, and orders it."""

import time

import httpx
import requests

URL = "https://wholesale.example"


def in_stock():
    return httpx.get(f"{URL}/flowers", timeout=5).json()["flowers"]


def order(flower, count):
    return httpx.post(f"{URL}/orders", json={"flower": flower, "count": count}, timeout=5).json()["id"]


def order_by_requests(flower, count):
    answer = requests.post(f"{URL}/orders", json={"flower": flower, "count": count}, timeout=5)
    return answer.json()["id"]


async def order_async(flower, count):
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.post(f"{URL}/orders", json={"flower": flower, "count": count})
    return answer.json()["id"]


def order_patiently(flower, count, tries=3):
    for _ in range(tries):
        try:
            answer = httpx.post(f"{URL}/orders", json={"flower": flower, "count": count}, timeout=5)
        except httpx.TransportError:
            time.sleep(0.001)
            continue
        if answer.status_code == 200:
            return answer.json()["id"]
    return None
