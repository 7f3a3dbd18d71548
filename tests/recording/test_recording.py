"""`tapecheck record` on a copy of this repository: the scenarios of every provider, over real HTTP."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tapecheck.cassettes import LOCK, Provenance, Source, read_lock, write_lock
from tapecheck.checking import sound
from tapecheck.serving import Server, StandIn, Tapes

ROOT = Path(__file__).parents[2]
PROVIDERS = sorted(
    path.parent.name
    for path in (ROOT / "contracts").glob("*/contract.toml")
    if "operations" in tomllib.loads(path.read_text(encoding="utf-8"))
)
PARTS = ("contracts", "cassettes", "tests/providers")
KEY = "xK9vQ2mW8rT4yU6iO1pA3sD5"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What recording needs of this repository, its recordings a year old."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    lock = read_lock(tmp_path / "cassettes" / LOCK)
    write_lock(tmp_path / "cassettes" / LOCK, {name: aged(entry) for name, entry in lock.items()})
    return tmp_path


def aged(entry: Provenance) -> Provenance:
    return Provenance(
        digest=entry.digest, source=entry.source, date=date(2020, 1, 1), contract=entry.contract, tools={"old": "1"}
    )


def variable(provider: str) -> str:
    contract = tomllib.loads((ROOT / "contracts" / provider / "contract.toml").read_text(encoding="utf-8"))
    return str(contract["credentials"]["environment"])


def environment(**variables: str) -> dict[str, str]:
    keys = {variable(provider) for provider in PROVIDERS}
    kept = {name: value for name, value in os.environ.items() if name not in keys}
    kept |= {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables}  # the recorder loads the one that it needs


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tapecheck", "record", *arguments]


def record(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=project,
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder but the lock and what Python leaves."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != LOCK and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_recording_from_the_stand_in_changes_nothing_but_the_dates(project: Path, provider: str) -> None:
    before, lock = tree(project), read_lock(project / "cassettes" / LOCK)
    done = record(project, provider, "--source", "sandbox")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("nothing changed but the lock\n")
    assert tree(project) == before
    now = read_lock(project / "cassettes" / LOCK)
    assert {name: (entry.digest, entry.source) for name, entry in now.items()} == {
        name: (entry.digest, entry.source) for name, entry in lock.items()
    }
    anew = {name for name in now if now[name].date != lock[name].date}
    ours = {name for name in now if name.startswith(f"{provider}/")}
    assert anew == {name for name in ours if not name.startswith(f"{provider}/webhooks/")}  # no client records those


@pytest.fixture(scope="module")
def stand_in() -> Iterator[str]:
    """A stand-in for all providers, as `tapecheck serve` starts it."""
    contracts = sound(ROOT / "contracts")
    with Server(StandIn(contracts, Tapes.load([ROOT / "cassettes"], contracts)).answer) as server:
        yield server.url


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_way_to_live_recordings_is_ready(project: Path, stand_in: str, provider: str) -> None:
    before = tree(project)
    live = ("--source", "live", "--base-url", f"{stand_in}/{provider}")
    done = record(project, provider, *live, **{variable(provider): KEY})
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"sandbox: \d+ unchanged, \d+ kept$", done.stdout, re.MULTILINE)
    assert f"(not live: {stand_in}/{provider} is no host of {provider} over https)" in done.stdout
    assert tree(project) == before, "requests name the provider's own host, and the key is on no tape"
    lock = read_lock(project / "cassettes" / LOCK)
    assert {entry.source for entry in lock.values()} == {Source.SANDBOX}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_live_without_a_key_names_the_variable_and_changes_nothing(project: Path, provider: str) -> None:
    before, lock = tree(project), (project / "cassettes" / LOCK).read_bytes()
    done = record(project, provider)
    assert done.returncode == 2
    assert f"the environment variable {variable(provider)} is not set" in done.stderr
    assert tree(project) == before
    assert (project / "cassettes" / LOCK).read_bytes() == lock


def test_killing_it_loses_nothing(project: Path) -> None:
    before = tree(project / "cassettes")
    with subprocess.Popen(
        command(PROVIDERS[0], "--source", "sandbox"),
        cwd=project,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        assert any("running" in told for told in process.stderr)
        process.kill()
    assert tree(project / "cassettes") == before
    assert sorted(read_lock(project / "cassettes" / LOCK)) == sorted(before)


def test_nobody_records_past_the_recorder(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--record-mode=rewrite", "-p", "no:cacheprovider", "tests/providers"],
        cwd=project,
        env=environment(PYTEST_PLUGINS="pytest_recording.plugin"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 4
    assert "record with `nox -s record -- PROVIDER`" in done.stderr + done.stdout
