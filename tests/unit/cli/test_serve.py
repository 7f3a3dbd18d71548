from __future__ import annotations

import signal
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cli.serve import serve
from tapecheck.errors import ContractError, FaultError, UsageError
from tapecheck.faults import FAULTS
from tapecheck.serving import Server

Options = Callable[..., Namespace]


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """Ask the process to end as soon as the server runs; return the servers that have been."""
    servers: list[Server] = []

    def enter(server: Server) -> Server:
        servers.append(server)
        signal.raise_signal(signal.SIGTERM)
        return server

    monkeypatch.setattr(Server, "__enter__", enter)
    return servers


def test_it_says_where_it_listens(
    here: Path, options: Options, stopped: list[Server], capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert serve(options("serve", "--contracts", "contracts", "--port", "0")) == 0
    (server,) = stopped
    assert capsys.readouterr().out == f"{server.url}\nweather {server.url}/weather\n"
    assert signal.getsignal(signal.SIGTERM) is before


def test_faults_are_listed(options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(options("serve", "--list-faults")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(FAULTS)
    in_tests = [name for name, fault in FAULTS.items() if fault.unreached]
    assert [line.split()[0] for line in lines if line.endswith("(in tests only)")] == in_tests


def test_cassettes_that_cannot_be_read_are_told(
    here: Path, options: Options, stopped: list[Server], capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "broken.yaml").write_text("[")
    assert serve(options("serve", "--contracts", "contracts", "--port", "0", "--cassettes", "broken.yaml")) == 0
    assert capsys.readouterr().err.startswith("tapecheck: broken.yaml")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["wether", "--contracts", "contracts"], UsageError),
        (["--contracts", "absent"], ContractError),
        (["--contracts", "contracts", "--fault", "none"], FaultError),
        (["--contracts", "contracts", "--fault", "dns-failure"], FaultError),
    ],
)
def test_what_cannot_be_served(here: Path, options: Options, arguments: list[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        serve(options("serve", *arguments))


def test_a_port_that_is_taken(here: Path, options: Options) -> None:
    with Server(lambda request: pytest.fail("nobody asks")) as server:
        port = server.url.rpartition(":")[2]
        with pytest.raises(UsageError, match=f"port {port} cannot be listened on"):
            serve(options("serve", "--contracts", "contracts", "--port", port))
