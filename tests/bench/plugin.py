"""What the pytest plugin costs: tests that replay cassettes, with it and without it, in turns."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.table import Table

from backend.tests.service_process import ROOT

_SUITES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "the backend's": (
            "backend/tests/integration/external/test_llm_providers.py",
            "backend/tests/integration/external/test_llm_replay.py",
        ),
        "the providers'": ("tests/providers",),
    }
)
"""Tests by whose they are. The backend's start PostgreSQL and Valkey, the others nothing."""

_ON: Final = "enforce"
_SIDES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        _ON: ("--contracts=enforce",),
        "off": ("--contracts=off",),
        "not loaded": ("-p", "no:tapecheck", "-o", "markers=contracts: is the plugin's."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run of pytest, in seconds.

    Attributes:
        elapsed: by the clock.
        cpu: of the process and all that it started and waited for, which says more where a machine is shared.
    """

    elapsed: float
    cpu: float


async def run(console: Console, count: int, rounds: int) -> None:
    """Run each suite in turns on all sides, each side being the first as often; `count` says nothing here."""
    for suite, paths in _SUITES.items():
        runs: dict[str, list[_Run]] = {side: [] for side in _SIDES}
        await _pytest(*paths)  # so that nobody is the first to read the files
        for number in range(rounds):
            for side in _turned([*_SIDES], number):
                runs[side].append(await _pytest(*paths, *_SIDES[side]))
        console.print(_table(suite, runs))


async def _pytest(*arguments: str) -> _Run:
    """Run pytest.

    Raises:
        RuntimeError: tests failed; the message ends with what it printed.
    """
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments)
    began, spent = time.perf_counter(), _spent()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    printed, _ = await process.communicate()
    run = _Run(elapsed=time.perf_counter() - began, cpu=_spent() - spent)
    if process.returncode:
        raise RuntimeError(f"pytest {' '.join(arguments)} ended with {process.returncode}: {printed.decode()[-2000:]}")
    return run


def _spent() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _turned(sides: Sequence[str], number: int) -> list[str]:
    first = number % len(sides)
    return [*sides[first:], *sides[:first]]


def _table(suite: str, runs: Mapping[str, Sequence[_Run]]) -> Table:
    table = Table(title=f"plugin: {suite} replay tests, medians of {len(runs[_ON])} rounds")
    for title in ("", "seconds", "enforce : this", "seconds of CPU", "enforce : this"):
        table.add_column(title, justify="right" if title else "left")
    for side, own in runs.items():
        elapsed = _columns([one.elapsed for one in runs[_ON]], [one.elapsed for one in own])
        cpu = _columns([one.cpu for one in runs[_ON]], [one.cpu for one in own])
        table.add_row(side, *elapsed, *cpu)
    return table


def _columns(on: Sequence[float], own: Sequence[float]) -> tuple[str, str]:
    """Return the median of a side, and that of the ratios of each round, with their range."""
    ratios = [one / two for one, two in zip(on, own, strict=True)]
    return f"{median(own):.2f}", f"{median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
