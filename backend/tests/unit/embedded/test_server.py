from __future__ import annotations

import os
from signal import Signals

import pytest

from backend.embedded.data_directory import DataDirectory
from backend.embedded.processes import wait_until
from backend.embedded.server import Server
from backend.errors import StartError


class Script(Server):
    """A server that is a script of the shell."""

    name = "script"
    title = "The script"
    end_signal = Signals.SIGTERM
    ready = "come in"  # not "ready", which "already in use" holds

    def __init__(self, directory: DataDirectory, script: str) -> None:
        super().__init__(directory)
        self.script = script
        self.ports: list[int] = []

    def _prepare(self) -> None:
        self._directory.home(self.name)

    def _command(self, port: int) -> tuple[list[str], bytes]:
        self.ports.append(port)
        return ["/bin/sh", "-c", self.script], b"read by it\n"

    def _meet(self, port: int) -> None:
        if "strange" in self.script:
            raise StartError("it is not ours")

    def _url(self, port: int) -> str:
        return f"script://127.0.0.1:{port}"


READY = "cat; echo come in; exec sleep 600"


def test_it_runs_within_the_context(directory: DataDirectory) -> None:
    server = Script(directory, READY)
    with server.running() as url:
        assert url == server.url == f"script://127.0.0.1:{server.ports[0]}"
        assert server.pid > 0
        assert (directory.path / "script.log").read_text() == "read by it\ncome in\n"
        assert (directory.path / "script.lock").read_text() == str(server.pid)
    with pytest.raises(StartError, match="not running"):
        _ = server.pid


def test_it_is_stopped_when_the_context_fails(directory: DataDirectory) -> None:
    with pytest.raises(ValueError, match="broken"), Script(directory, READY).running():
        raise ValueError("broken")
    with directory.lock("script", seconds=30):
        pass


def test_its_end_is_noticed(directory: DataDirectory) -> None:
    server = Script(directory, READY)
    assert not server.has_ended()
    with server.running():
        assert not server.has_ended()
        os.kill(server.pid, Signals.SIGKILL)
        assert wait_until(server.has_ended, seconds=60)
    assert not server.has_ended()


def test_it_keeps_its_port(directory: DataDirectory) -> None:
    server = Script(directory, READY)
    with server.running() as url:
        pass
    assert server.url == url
    with server.running() as again:
        assert again == url


def test_there_is_no_url_before_the_first_start(directory: DataDirectory) -> None:
    with pytest.raises(StartError, match="not started"):
        _ = Script(directory, READY).url


def test_stopping_what_does_not_run_does_no_harm(directory: DataDirectory) -> None:
    Script(directory, READY).stop()


def test_another_port_is_tried_where_one_is_taken(directory: DataDirectory) -> None:
    taken = f"test -e {directory.home('script')}/tried && {{ {READY}; }}"
    server = Script(directory, f"{taken}; touch {directory.home('script')}/tried; echo 'bind: Address already in use'")
    with server.running() as url:
        assert len(server.ports) == 2
        assert url.endswith(str(server.ports[1]))


def test_ports_are_not_tried_for_ever(directory: DataDirectory) -> None:
    server = Script(directory, "echo 'bind: Address already in use'; exit 1")
    with pytest.raises(StartError, match="port taken 5 times"):
        server.start()
    assert len(server.ports) == 5


def test_the_end_of_the_log_is_told_when_it_does_not_start(directory: DataDirectory) -> None:
    with pytest.raises(StartError) as caught:
        Script(directory, "echo 'FATAL: out of luck'; exit 1").start()
    assert "The script ended while it started" in str(caught.value)
    assert str(caught.value).endswith("  FATAL: out of luck")


def test_it_is_stopped_when_it_does_not_let_us_in(directory: DataDirectory) -> None:
    with pytest.raises(StartError, match="not ours"):
        Script(directory, "echo strange; echo come in; exec sleep 600").start()
    with directory.lock("script", seconds=30):
        pass


def test_it_is_stopped_when_it_does_not_answer(directory: DataDirectory) -> None:
    server = Script(directory, "echo 'still thinking'; exec sleep 600")
    server.patience = 0.3  # type: ignore[misc]
    with pytest.raises(StartError, match=r"did not answer within 0\.3 s"):
        server.start()
    with directory.lock("script", seconds=30):
        pass


def test_its_children_hold_the_lock_too(directory: DataDirectory) -> None:
    """Those of a server that was killed may write for a while."""
    go = directory.home("script") / "go"
    child = f"trap '' TERM; echo child; until test -e {go}; do sleep 0.01; done"
    first = Script(directory, f'sh -c "{child}" & echo come in; exec sleep 600')
    first.start()
    assert wait_until(lambda: "child" in (directory.path / "script.log").read_text(), seconds=30)
    first.stop()
    with pytest.raises(StartError, match="earlier run"), directory.lock("script", seconds=0):
        pass
    go.touch()
    with Script(directory, READY).running():
        pass
