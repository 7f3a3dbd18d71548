"""The cassettes of this repository: complete, without secrets, and played by plain pytest-recording."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NotRequired, TypedDict, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from tapecheck.cassettes import LOCK, Limits, Source, digest, discover, read, read_lock
from tapecheck.model import Interaction

ROOT = Path(__file__).parents[2]
CASSETTES = ROOT / "cassettes"
PLUGINS = ("-p", "pytest_recording.plugin", "-p", "no:tapecheck", "-p", "no:cacheprovider")
DELIVERED = "webhooks"
"""The folder of a provider's deliveries, beside those of its operations."""


class Credentials(TypedDict):
    environment: str


class Contract(TypedDict):
    """What these tests ask of a contract."""

    version: str
    credentials: Credentials
    secrets: NotRequired[dict[str, list[str]]]
    operations: dict[str, object]
    webhooks: NotRequired[dict[str, object]]


def contract(provider: str) -> Contract:
    path = ROOT / "contracts" / provider / "contract.toml"
    return cast("Contract", tomllib.loads(path.read_text(encoding="utf-8")))


ALL = sorted(path.name for path in (ROOT / "contracts").iterdir() if path.is_dir())
PROVIDERS = [provider for provider in ALL if "operations" in contract(provider)]
DELIVERING = [provider for provider in ALL if DELIVERED in contract(provider)]


def files(folder: Path) -> dict[str, bytes]:
    """The cassettes below a folder, by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


def is_delivery(name: str) -> bool:
    """Whether a cassette, by its name, was written by `tapecheck deliver --save`."""
    return name.split("/")[1] == DELIVERED


def interactions(provider: str) -> list[Interaction]:
    return [each for path in discover([CASSETTES / provider]) for each in tape(path)]


def tape(path: object) -> tuple[Interaction, ...]:
    assert isinstance(path, Path), path
    return read(path, Limits()).interactions


def run_scenarios(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the scenarios of every provider with pytest-recording and no other plugin, with no key at hand."""
    keys = {contract(provider)["credentials"]["environment"] for provider in PROVIDERS}
    environment = {name: value for name, value in os.environ.items() if name not in keys}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}
    modules = [f"tests/providers/test_{provider}.py" for provider in PROVIDERS]
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *PLUGINS]
    return subprocess.run(
        [*command, *options, *modules], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_plain_pytest_recording_replays_all_without_network() -> None:
    run = run_scenarios("--record-mode=none", "--block-network")
    assert run.returncode == 0, run.stdout
    assert run.stdout.splitlines()[-1].startswith(
        f"{sum(not is_delivery(name) for name in files(CASSETTES))} passed in "
    )


def test_every_cassette_has_its_entry_in_the_lock() -> None:
    lock = read_lock(CASSETTES / LOCK)
    assert sorted(lock) == sorted(files(CASSETTES))
    changed = [name for name, entry in lock.items() if entry.digest != digest(CASSETTES / name)]
    assert not changed, f"these were edited after they were recorded: {', '.join(changed)}"


@pytest.mark.parametrize("provider", ALL)
def test_the_lock_names_source_and_contract(provider: str) -> None:
    entries = {name: one for name, one in read_lock(CASSETTES / LOCK).items() if name.startswith(f"{provider}/")}
    assert {entry.contract for entry in entries.values()} == {contract(provider)["version"]}
    assert {entry.source for entry in entries.values()} <= set(Source)
    for name, entry in entries.items():
        tools = {"tapecheck"} if is_delivery(name) else {"pytest-recording", "tapecheck", "vcrpy"}
        assert (set(entry.tools), entry.secret is not None) == (tools, is_delivery(name))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_has_a_cassette(provider: str) -> None:
    recorded = {path.name for path in (CASSETTES / provider).iterdir()}
    assert recorded - {DELIVERED} == set(contract(provider)["operations"])


@pytest.mark.parametrize("provider", DELIVERING)
def test_deliveries_of_declared_events_are_recorded(provider: str) -> None:
    recorded = {path.stem for path in (CASSETTES / provider / DELIVERED).iterdir()}
    declared = {path.name for path in (ROOT / "contracts" / provider / DELIVERED).glob("*.schema.json")}
    assert recorded
    assert {f"{event}.schema.json" for event in recorded} <= declared


@pytest.mark.parametrize("provider", PROVIDERS)
def test_errors_are_among_them(provider: str) -> None:
    statuses = {each.response.status for each in interactions(provider)}
    assert {200, 400, 429} <= statuses
    assert any(status >= 500 for status in statuses)


@pytest.mark.parametrize("provider", ALL)
def test_no_secret_header_or_parameter_is_in_a_cassette(provider: str) -> None:
    secrets = contract(provider).get("secrets", {})
    headers, query = set(secrets.get("headers", ())), set(secrets.get("query", ()))
    for each in interactions(provider):
        sent = {name.lower() for side in (each.request, each.response) for name, _ in side.headers}
        assert not sent & headers
        assert not {name for name, _ in parse_qsl(urlsplit(each.request.uri).query)} & query
