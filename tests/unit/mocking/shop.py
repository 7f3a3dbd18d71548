"""A small application, for tests to mock parts of."""

from __future__ import annotations

import time
from functools import lru_cache

import httpx

LIMIT = 3


class Settings:
    """What can be set."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit

    def doubled(self) -> int:
        """Return twice the limit."""
        return self.limit * 2

    @property
    def halved(self) -> int:
        """Return half the limit."""
        return self.limit // 2


SETTINGS = Settings()


def send(text: str) -> str:
    """Send a text."""
    return text


async def fetch(text: str) -> str:
    """Fetch a text."""
    return text


@lru_cache
def cached() -> int:
    """Return a number that takes long to compute."""
    return SETTINGS.doubled()


def greet(name: str) -> str:
    """Send a greeting."""
    return send(f"hello {name}")


def wait() -> None:
    """Wait, long."""
    time.sleep(100)


def ask(text: str) -> object:
    """Ask another service."""
    return httpx.post("https://api.talk.example/v1/say", json={"text": text}).json()
