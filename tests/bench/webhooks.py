"""Deliveries acknowledged per second, beside a bare route on the same PostgreSQL."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from backend.webhooks.signatures import sign
from tests.bench.bare import SECRET
from tests.bench.load import Measured, measure, request
from tests.chaos.counting import settled
from tests.machine import Process, machine

_DRAIN: Final = 600
"""Seconds that processing may take between two rounds."""


async def run(console: Console, count: int, rounds: int) -> None:
    """Measure both in turns, and print the medians."""
    ours: list[Measured] = []
    bare: list[Measured] = []
    drained: list[float] = []
    async with machine() as made:
        secrets = json.dumps({"generic": SECRET})
        service, other = made.service(BACKEND_WEBHOOK_SECRETS=secrets), made.program("-m", "tests.bench.bare")
        try:
            await service.start()
            await other.start()
            await _round(service, "/api/webhooks", count // 4, "warm-up")
            await _round(other, "/webhooks", count // 4, "warm-up")
            for number in range(rounds):
                bare.append(await _round(other, "/webhooks", count, str(number)))
                ours.append(await _round(service, "/api/webhooks", count, str(number)))
                began = time.perf_counter()
                await settled(made.database_url, patience=_DRAIN)
                drained.append(ours[-1].seconds + time.perf_counter() - began)
        finally:
            service.stop()
            other.stop()
    console.print(_table(ours, bare))
    ratios = [one.rate / two.rate for one, two in zip(ours, bare, strict=True)]
    console.print(
        f"ratio of the rates: median {median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}; "
        f"processed to the end: {median(count / seconds for seconds in drained):.0f}/s"
    )


async def _round(process: Process, path: str, count: int, label: str) -> Measured:
    return await measure(process.url, list(_requests(process.url, path, count, label)))


def _requests(url: str, path: str, count: int, label: str) -> Iterator[bytes]:
    now = datetime.now(UTC)
    for number in range(count):
        event = {"id": f"{label}-{number}", "event": "user.created", "user_id": "u-1", "timestamp": now.isoformat()}
        body = json.dumps(event | {"note": "x" * 1000}).encode()
        headers = {"content-type": "application/json", **sign("generic", [SECRET], body, now)}
        yield request(url, path, headers, body)


def _table(ours: list[Measured], bare: list[Measured]) -> Table:
    table = Table(title=f"webhooks: medians of {len(ours)} rounds of {len(ours[0].latencies)} deliveries")
    for title in ("", "acknowledged/s", "p50 ms", "p99 ms"):
        table.add_column(title, justify="right" if title else "left")
    for name, rounds in (("the service", ours), ("a bare route", bare)):
        table.add_row(
            name,
            f"{median(one.rate for one in rounds):.0f}",
            *(f"{median(one.percentile(percent) for one in rounds) * 1000:.1f}" for percent in (50, 99)),
        )
    return table
