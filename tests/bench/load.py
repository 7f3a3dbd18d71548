"""A client that costs little: it has most of two processors' time to leave to what it measures.

httpx takes about as long for a request as a service for its answer, so that all services would look alike.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_CONNECTIONS: Final = 32


@dataclass(slots=True)
class Measured:
    """One round.

    Attributes:
        seconds: for all of it.
        latencies: seconds of each request.
    """

    seconds: float = 0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the latency that so many percent do not exceed, in seconds."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))]


def request(url: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return a POST as it is on the wire."""
    fields = {"host": urlsplit(url).netloc, "content-length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def measure(url: str, requests: Iterable[bytes]) -> Measured:
    """Send requests over a few connections, each as soon as the answer before it is there.

    Raises:
        RuntimeError: an answer was not 200.
    """
    measured, waiting = Measured(), iter(requests)
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(_CONNECTIONS):
            group.create_task(_exchange(url, waiting, measured))
    measured.seconds = time.perf_counter() - began
    return measured


async def _exchange(url: str, waiting: Iterator[bytes], measured: Measured) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        for each in waiting:
            began = time.perf_counter()
            writer.write(each)
            await _answer(reader)
            measured.latencies.append(time.perf_counter() - began)
    finally:
        writer.close()
        await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200 "):
        raise RuntimeError(f"got {head.partition(bytes([13]))[0].decode()}: {body[:500].decode()}")
