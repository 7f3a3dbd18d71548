"""Scenarios: tests that use pytest-recording, each with `cassettes/<provider>/<operation>/<scenario>.yaml`.

They replay it. With `--record-mode=rewrite` they record it anew over real HTTP; variables say from where and whereto:

- `TAPECHECK_SOURCE`: `sandbox`, the stand-in with the answers beside this file (default), or `live`, the provider,
  whose key is in the variable that its contract names.
- `TAPECHECK_BASE_URL`: what to ask in place of the provider when recording live.
- `TAPECHECK_CASSETTES`: the folder of all cassettes; default `cassettes/`.
"""

from __future__ import annotations

import os
import ssl
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import httpx
import pytest

from tapecheck import __version__
from tapecheck.recording import LOCK, Provenance, Source, digest, read_lock, serializer, write_lock
from tests.providers import standin

if TYPE_CHECKING:
    from vcr import VCR
    from vcr.cassette import Cassette
    from vcr.request import Request

ROOT = Path(__file__).parents[2]
ANSWERS = Path(__file__).parent / "answers"
SOURCE = Source(os.environ.get("TAPECHECK_SOURCE", Source.SANDBOX))
CASSETTES = Path(os.environ.get("TAPECHECK_CASSETTES", ROOT / "cassettes"))
REPLAY = "none"
NO_KEY = "sandbox-key"

OF_THE_CLIENT = ("accept", "accept-encoding", "connection", "content-length", "host", "user-agent", standin.NAME)
"""Headers that say nothing but which client asked."""

Headers: TypeAlias = dict[str, list[str]]
Recorded: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Provider:
    """What its contract says of a provider."""

    name: str
    version: str
    url: str
    key: str
    secret_headers: tuple[str, ...]
    secret_query: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the requests go, and with which key."""

    url: str
    key: str


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marker."""
    config.addinivalue_line("markers", "sandbox: what a provider cannot be asked for, such as being out of order.")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave cassettes alone that only the stand-in can record; the recorder would begin by removing them."""
    recording = item.config.getoption("--record-mode") not in {None, REPLAY}
    if recording and SOURCE is Source.LIVE and item.get_closest_marker("sandbox"):
        pytest.skip("no provider answers this on demand: record it with TAPECHECK_SOURCE=sandbox")


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    """Write cassettes for review. What replays them is plain vcrpy."""
    if config.getoption("--record-mode") not in {None, REPLAY}:
        vcr.register_serializer("yaml", serializer)


@pytest.fixture(scope="module")
def provider(request: pytest.FixtureRequest) -> Provider:
    """The provider that the module is named after."""
    name = request.path.stem.removeprefix("test_")
    contract = tomllib.loads((ROOT / "contracts" / name / "contract.toml").read_text(encoding="utf-8"))
    return Provider(
        name=name,
        version=contract["version"],
        url=f"https://{contract['hosts'][0]}",
        key=contract["credentials"]["environment"],
        secret_headers=tuple(contract["secrets"].get("headers", ())),
        secret_query=tuple(contract["secrets"].get("query", ())),
    )


@pytest.fixture(scope="session")
def standin_url() -> Iterator[str]:
    """The stand-in, for as long as the session lasts."""
    with standin.serve(ANSWERS) as url:
        yield url


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """The trusted certificates; they take longer to load than a scenario takes to play."""
    return ssl.create_default_context()


@pytest.fixture(scope="module")
def target(provider: Provider, record_mode: str, request: pytest.FixtureRequest) -> Target:
    """The one place that decides whom the tests ask."""
    if record_mode == REPLAY:
        return Target(provider.url, NO_KEY)
    if SOURCE is Source.SANDBOX:
        return Target(request.getfixturevalue("standin_url"), NO_KEY)
    if not os.environ.get(provider.key):
        pytest.exit(f"set {provider.key} to record {provider.name} live; nothing was recorded", returncode=2)
    return Target(os.environ.get("TAPECHECK_BASE_URL", provider.url), os.environ[provider.key])


@pytest.fixture
def client(target: Target, credentials: dict[str, str], answer: str, tls: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A client of the provider; each module has its own fixture of credentials."""
    chosen = {standin.NAME: answer} if SOURCE is Source.SANDBOX else {}
    with httpx.Client(base_url=target.url, headers={**credentials, **chosen}, timeout=60, verify=tls) as client:
        yield client


@pytest.fixture
def answer(provider: Provider, default_cassette_name: str) -> str:
    """The name of the stand-in's answer: that of the cassette."""
    return f"{provider.name}/{default_cassette_name}"


@pytest.fixture(scope="module")
def vcr_cassette_dir(provider: Provider) -> str:
    """The folder of the provider's cassettes."""
    return str(CASSETTES / provider.name)


@pytest.fixture
def vcr_config(provider: Provider, target: Target) -> dict[str, object]:
    """What is compared, and what never reaches a cassette."""

    def name_the_provider(request: Request) -> Request:
        request.uri = request.uri.replace(target.url, provider.url, 1)
        request.body = request.body or None  # "no body" has two spellings, and vcrpy tells them apart
        return request

    def drop_secrets(response: Recorded) -> Recorded:
        headers = response["headers"]
        assert isinstance(headers, dict)
        kept = {name: values for name, values in headers.items() if name.lower() not in provider.secret_headers}
        return {**response, "headers": kept}

    return {
        "match_on": ("method", "scheme", "host", "port", "path", "query", "body"),
        "filter_headers": (*OF_THE_CLIENT, *provider.secret_headers),
        "filter_query_parameters": provider.secret_query,
        "before_record_request": name_the_provider,
        "before_record_response": drop_secrets,
        "decode_compressed_response": True,
    }


@pytest.fixture(scope="session")
def recorded() -> Iterator[dict[Path, Provider]]:
    """The cassettes that the session records; in the end they are entered into the lock."""
    cassettes: dict[Path, Provider] = {}
    yield cassettes
    if not cassettes:
        return
    tools = {"tapecheck": __version__, "vcrpy": version("vcrpy"), "httpx": httpx.__version__}
    today = datetime.now(UTC).date()
    lock = {name: entry for name, entry in read_lock(CASSETTES / LOCK).items() if (CASSETTES / name).exists()}
    for path, provider in cassettes.items():
        lock[path.relative_to(CASSETTES).as_posix()] = Provenance(
            digest=digest(path), source=SOURCE, date=today, contract=provider.version, tools=tools
        )
    write_lock(CASSETTES / LOCK, lock)


@pytest.fixture(autouse=True)
def note_what_is_recorded(recorded: dict[Path, Provider], provider: Provider, vcr: Cassette | None) -> Iterator[None]:
    """Note the cassette of the test if it holds anything new; it is written after this."""
    yield
    if vcr is not None and vcr.dirty:
        recorded[Path(vcr.path)] = provider
