"""Scenarios: tests that use pytest-recording, each with `cassettes/<provider>/<operation>/<scenario>.yaml`.

They replay it. `tapecheck record PROVIDER` lets them record anew, and tells them by variables from where and whereto:

- `TAPECHECK_SOURCE`: `live`, the provider, whose key is in the variable that its contract names, or `sandbox`, a
  stand-in.
- `TAPECHECK_BASE_URL`: what to ask in place of the provider's own host. A header tells a stand-in which cassette to
  answer with, as not every request says it: a wrong key looks like a right one.
- `TAPECHECK_CASSETTES`: the folder in which the new cassettes are to be.
"""

from __future__ import annotations

import os
import ssl
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import httpx
import pytest

from tapecheck.cassettes import Source

if TYPE_CHECKING:
    from vcr import VCR
    from vcr.request import Request

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "cassettes"
CASSETTES = Path(os.environ.get("TAPECHECK_CASSETTES", COMMITTED))
SOURCE = Source(os.environ.get("TAPECHECK_SOURCE", Source.SANDBOX))
BASE_URL = os.environ.get("TAPECHECK_BASE_URL")
REPLAY = "none"
NO_KEY = "sandbox-key"
CHOICE = "x-tapecheck-cassette"
"""The header that tells the stand-in which cassette to answer from."""

OF_THE_CLIENT = ("accept", "accept-encoding", "connection", "content-length", "host", "user-agent", CHOICE)
"""Headers that say nothing but which client asked."""

Recorded: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Provider:
    """What its contract says of a provider."""

    name: str
    url: str
    key: str
    secret_headers: tuple[str, ...]
    secret_query: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the requests go, and with which key."""

    url: str
    key: str


def is_recording(config: pytest.Config) -> bool:
    return config.getoption("--record-mode") not in {None, REPLAY}


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marker; refuse to record past the recorder, which scrubs and checks."""
    config.addinivalue_line("markers", "sandbox: what a provider cannot be asked for, such as being out of order.")
    if is_recording(config) and "TAPECHECK_CASSETTES" not in os.environ:
        raise pytest.UsageError("record with `nox -s record -- PROVIDER`: what it records is scrubbed and checked")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what only a stand-in can answer."""
    if is_recording(item.config) and SOURCE is Source.LIVE and item.get_closest_marker("sandbox"):
        pytest.skip("no provider answers this on demand: record it with --source sandbox")


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    """Write cassettes for review, without secrets. What replays them is plain vcrpy."""
    if is_recording(config):
        vcr.register_serializer("yaml", serializer())


@cache
def serializer() -> object:
    from tapecheck.contracts import load
    from tapecheck.recording.serializer import Serializer

    return Serializer(load(ROOT / "contracts").contracts)


@pytest.fixture(scope="module")
def provider(request: pytest.FixtureRequest) -> Provider:
    """The provider that the module is named after."""
    name = request.path.stem.removeprefix("test_")
    contract = tomllib.loads((ROOT / "contracts" / name / "contract.toml").read_text(encoding="utf-8"))
    return Provider(
        name=name,
        url=f"https://{contract['hosts'][0]}",
        key=contract["credentials"]["environment"],
        secret_headers=tuple(contract["secrets"].get("headers", ())),
        secret_query=tuple(contract["secrets"].get("query", ())),
    )


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """The trusted certificates; they take longer to load than a scenario takes to play."""
    return ssl.create_default_context()


@pytest.fixture(scope="module")
def target(provider: Provider, record_mode: str) -> Target:
    """The one place that decides whom the tests ask."""
    if record_mode == REPLAY:
        return Target(provider.url, NO_KEY)
    key = NO_KEY if SOURCE is Source.SANDBOX else os.environ[provider.key]
    return Target(BASE_URL or provider.url, key)


@pytest.fixture
def client(
    provider: Provider, target: Target, credentials: dict[str, str], default_cassette_name: str, tls: ssl.SSLContext
) -> Iterator[httpx.Client]:
    """A client of the provider; each module has its own fixture of credentials."""
    name = f"{provider.name}/{default_cassette_name}"
    is_told = BASE_URL is not None and (COMMITTED / f"{name}.yaml").exists()
    headers = {**credentials, **({CHOICE: name} if is_told else {})}
    with httpx.Client(base_url=target.url, headers=headers, timeout=60, verify=tls) as client:
        yield client


@pytest.fixture(scope="module")
def vcr_cassette_dir(provider: Provider) -> str:
    """The folder of the provider's cassettes."""
    return str(CASSETTES / provider.name)


@pytest.fixture
def vcr_config(provider: Provider, target: Target) -> dict[str, object]:
    """What is compared, and what never reaches a cassette."""

    def name_the_provider(request: Request) -> Request:
        request.uri = request.uri.replace(target.url, provider.url, 1)
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
