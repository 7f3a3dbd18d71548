"""The cassettes of this repository: complete, without secrets, and played by plain pytest-recording."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TypedDict, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from tapecheck.cassettes import LOCK, Limits, Source, digest, discover, read, read_lock
from tapecheck.model import Interaction

ROOT = Path(__file__).parents[2]
CASSETTES = ROOT / "cassettes"
PLUGINS = ("-p", "pytest_recording.plugin", "-p", "no:tapecheck", "-p", "no:cacheprovider")
PROVIDERS = sorted(path.name for path in (ROOT / "contracts").iterdir() if path.is_dir())


class Credentials(TypedDict):
    environment: str


class Contract(TypedDict):
    """What these tests ask of a contract."""

    version: str
    credentials: Credentials
    secrets: dict[str, list[str]]
    operations: dict[str, object]


def contract(provider: str) -> Contract:
    path = ROOT / "contracts" / provider / "contract.toml"
    return cast("Contract", tomllib.loads(path.read_text(encoding="utf-8")))


def files(folder: Path) -> dict[str, bytes]:
    """The cassettes below a folder, by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


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
    assert run.stdout.splitlines()[-1].startswith(f"{len(files(CASSETTES))} passed in ")


def test_every_cassette_has_its_entry_in_the_lock() -> None:
    lock = read_lock(CASSETTES / LOCK)
    assert sorted(lock) == sorted(files(CASSETTES))
    changed = [name for name, entry in lock.items() if entry.digest != digest(CASSETTES / name)]
    assert not changed, f"these were edited after they were recorded: {', '.join(changed)}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_lock_names_source_and_contract(provider: str) -> None:
    entries = [entry for name, entry in read_lock(CASSETTES / LOCK).items() if name.startswith(f"{provider}/")]
    assert {entry.contract for entry in entries} == {contract(provider)["version"]}
    assert all(set(entry.tools) == {"pytest-recording", "tapecheck", "vcrpy"} for entry in entries)
    assert {entry.source for entry in entries} <= set(Source)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_has_a_cassette(provider: str) -> None:
    recorded = {path.name for path in (CASSETTES / provider).iterdir()}
    assert recorded == set(contract(provider)["operations"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_errors_are_among_them(provider: str) -> None:
    statuses = {each.response.status for each in interactions(provider)}
    assert {200, 400, 429} <= statuses
    assert any(status >= 500 for status in statuses)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_secret_header_or_parameter_is_in_a_cassette(provider: str) -> None:
    secrets = contract(provider)["secrets"]
    headers, query = set(secrets["headers"]), set(secrets.get("query", ()))
    for each in interactions(provider):
        sent = {name.lower() for side in (each.request, each.response) for name, _ in side.headers}
        assert not sent & headers
        assert not {name for name, _ in parse_qsl(urlsplit(each.request.uri).query)} & query
