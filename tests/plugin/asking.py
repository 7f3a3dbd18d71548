"""The HTTP clients that faults are held against, and what each of them makes of an answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType, ModuleType
from typing import Final

import httpx
import httpx2
import requests

TRUSTED: Final = ssl.create_default_context()
"""Read once: that takes longer than all the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a client makes of an answer.

    Attributes:
        status: None where there was none.
        headers: but the date.
        pieces: of the body, as they came.
        error: the class of the exception, with its module; None where there was none.
        root: likewise, of the first exception in its chain.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    error: str | None = None
    root: str | None = None

    @property
    def whole(self) -> Seen:
        """Return the same with the body in one piece."""
        return replace(self, pieces=(b"".join(self.pieces),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: by POST, with some JSON.

    Attributes:
        url: absolute.
        fault: goes into a header.
        timeout: seconds, for connecting and for reading.
    """

    url: str
    fault: str
    timeout: float

    @property
    def headers(self) -> dict[str, str]:
        """Return the header with the fault."""
        return {"x-fault": self.fault}


Ask = Callable[[Question], Seen]


class _Watched:
    """Gathers what a client sees until it raises."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.pieces: list[bytes] = []

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = tuple((name.lower(), value) for name, value in headers.items() if name.lower() != "date")

    def seen(self, error: Exception | None = None) -> Seen:
        return Seen(
            status=self.status,
            headers=self.headers,
            pieces=tuple(self.pieces),
            error=None if error is None else _name(error),
            root=None if error is None else _name(_root(error)),
        )


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _root(error: BaseException) -> BaseException:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    # That asyncio ends a wait by a cancellation is its own affair.
    return error if before is None or isinstance(before, asyncio.CancelledError) else _root(before)


def _ask_requests(question: Question) -> Seen:
    watched = _Watched()
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.post(
                question.url, json={}, headers=question.headers, timeout=question.timeout, stream=True
            ) as response:
                watched.begin(response.status_code, response.headers)
                for piece in response.iter_content(None):
                    watched.pieces.append(piece)
        except requests.RequestException as error:
            return watched.seen(error)
    return watched.seen()


def _asking(library: ModuleType) -> Ask:
    def ask(question: Question) -> Seen:
        watched = _Watched()
        try:
            with (
                library.Client(trust_env=False, verify=TRUSTED, timeout=question.timeout) as client,
                client.stream("POST", question.url, json={}, headers=question.headers) as response,
            ):
                watched.begin(response.status_code, response.headers)
                for piece in response.iter_bytes():
                    watched.pieces.append(piece)
        except library.HTTPError as error:
            return watched.seen(error)
        return watched.seen()

    return ask


def _asking_async(library: ModuleType) -> Ask:
    async def ask(question: Question) -> Seen:
        watched = _Watched()
        try:
            async with (
                library.AsyncClient(trust_env=False, verify=TRUSTED, timeout=question.timeout) as client,
                client.stream("POST", question.url, json={}, headers=question.headers) as response,
            ):
                watched.begin(response.status_code, response.headers)
                async for piece in response.aiter_bytes():
                    watched.pieces.append(piece)
        except library.HTTPError as error:
            return watched.seen(error)
        return watched.seen()

    return lambda question: asyncio.run(ask(question))


CLIENTS: Final[Mapping[str, Ask]] = MappingProxyType(
    {
        "httpx": _asking(httpx),
        "httpx-async": _asking_async(httpx),
        "httpx2": _asking(httpx2),
        "httpx2-async": _asking_async(httpx2),
        "requests": _ask_requests,
    }
)
