from __future__ import annotations

import errno
import gzip
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cassettes import Limits, opening
from tapecheck.errors import CassetteError

LIMITS = Limits()
SMALL = Limits(file_bytes=10)


def error_of(path: Path, limits: Limits = LIMITS) -> CassetteError:
    with pytest.raises(CassetteError) as caught:
        opening.load(path, limits)
    assert caught.value.path == path
    assert caught.value.hint
    return caught.value


def test_a_plain_file_is_read_as_it_is(save: Callable[..., Path]) -> None:
    assert opening.load(save(b"\x00\xff"), LIMITS) == b"\x00\xff"


@pytest.mark.parametrize("name", ["tape.yaml.gz", "tape.yaml"])
def test_a_gzipped_file_is_unpacked_whatever_its_name(save: Callable[..., Path], name: str) -> None:
    assert opening.load(save(gzip.compress(b"a") + gzip.compress(b"b"), name), LIMITS) == b"ab"


@pytest.mark.parametrize("cut", [2, 5, -1])
def test_a_gzipped_file_cut_short_is_refused(save: Callable[..., Path], cut: int) -> None:
    assert "gzip" in error_of(save(gzip.compress(b"hello " * 100)[:cut])).message


def test_what_only_looks_gzipped_is_refused(save: Callable[..., Path]) -> None:
    assert "gzip" in error_of(save(b"\x1f\x8bnothing of the kind")).message


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", None)
    assert error_of(path).message == "got 209,715,200 bytes, expected at most 67,108,864"


def test_a_file_that_grows_while_it_is_read_is_refused(
    save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(b"x" * 11)
    small = os.stat_result((*path.stat()[:6], 5, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda self: small)
    assert error_of(path, SMALL).message == "got more than 10 bytes, expected at most 10"


def test_a_file_that_unpacks_to_too_much_is_refused(save: Callable[..., Path]) -> None:
    packed = gzip.compress(b"\0" * 100_000)
    limits = Limits(file_bytes=len(packed))
    assert "unpacked" in error_of(save(packed), limits).message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in error_of(tmp_path / "absent.yaml").message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert error_of(tmp_path).message == "got a folder, expected a file"


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert error_of(tmp_path / "pipe.yaml").message == "got a named pipe, expected a file"


def test_a_device_is_refused() -> None:
    assert error_of(Path("/dev/zero")).message == "got a character device, expected a file"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("tape.yaml")
        assert error_of(Path("tape.yaml")).message == "got a socket, expected a file"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.symlink_to(path)
    with pytest.raises(CassetteError, match="cannot be read"):
        opening.load(path, LIMITS)


def test_a_file_without_the_right_to_read_it_is_refused(
    save: Callable[..., Path], no_permission: Callable[[str], None]
) -> None:
    path = save(b"version: 1")
    no_permission("pathlib.Path.open")
    assert error_of(path).message == "cannot be read: Permission denied"


def test_an_error_without_words_still_says_something() -> None:
    error = opening.unreadable(Path("tape.yaml"), OSError("odd"))
    assert str(error) == "tape.yaml: cannot be read: odd"
    assert opening.unreadable(Path("a"), OSError(errno.EIO, "Input/output error")).hint is None
