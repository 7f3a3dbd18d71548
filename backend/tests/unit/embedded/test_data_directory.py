from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from backend.embedded.data_directory import DataDirectory, claim, write_holder
from backend.errors import StartError


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_is_made_with_what_is_above_it(place: Path) -> None:
    path = place / "a" / "b"
    with claim(path) as directory:
        assert directory.path == path.resolve()
        assert mode(path) == (0o700 if directory.account is None else 0o711)


def test_a_second_service_is_told_who_has_it(directory: DataDirectory) -> None:
    with pytest.raises(StartError) as caught, claim(directory.path):
        pass
    assert f"process {os.getpid()})" in str(caught.value)
    assert str(directory.path) in str(caught.value)
    assert all(way in str(caught.value) for way in ("--data-dir", "DATABASE_URL", "REDIS_URL"))


def test_it_can_be_claimed_again_when_it_was_left(place: Path) -> None:
    for _ in range(2):
        with claim(place):
            pass


def test_it_is_left_when_the_service_fails(place: Path) -> None:
    with pytest.raises(ValueError, match="broken"), claim(place):
        raise ValueError("broken")
    with claim(place):
        pass


def test_a_place_that_is_no_directory(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(StartError, match=r"cannot be used \(File exists\).*--data-dir"), claim(place / "file"):
        pass


def test_another_users_link_is_not_followed(place: Path) -> None:
    (place / "service.lock").symlink_to(place / "target")
    with pytest.raises(StartError, match="cannot be used"), claim(place):
        pass
    assert not (place / "target").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")
def test_a_place_that_the_servers_may_not_enter(place: Path) -> None:
    (place / "closed").mkdir(mode=0o700)
    with pytest.raises(StartError, match=r"may not enter.*--data-dir"), claim(place / "closed" / "data"):
        pass


def test_a_password_is_made_once_and_for_us_only(directory: DataDirectory) -> None:
    password = directory.password("postgres")
    assert re.fullmatch(r"[0-9a-f]{48}", password)
    assert directory.password("postgres") == password
    assert directory.password("valkey") != password
    assert mode(directory.path / "postgres.password") == 0o600
    assert (directory.path / "postgres.password").stat().st_uid == os.geteuid()


def test_half_a_password_is_not_used(directory: DataDirectory) -> None:
    (directory.path / "postgres.new").write_text("half")
    assert len(directory.password("postgres")) == 48


def test_a_password_can_be_given_to_the_server(directory: DataDirectory) -> None:
    owner = directory.account.uid if directory.account else os.geteuid()
    with directory.password_for_server("postgres") as path:
        assert path.read_text() == directory.password("postgres")
        assert (path.stat().st_uid, mode(path)) == (owner, 0o600)
        assert path.parent == directory.path
    assert not path.exists()


def test_a_server_has_a_home_of_its_own(directory: DataDirectory) -> None:
    owner = directory.account.uid if directory.account else os.geteuid()
    home = directory.home("postgres")
    assert (home.stat().st_uid, mode(home)) == (owner, 0o700)
    assert directory.home("postgres") == home


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_home_of_another_user(directory: DataDirectory) -> None:
    (directory.path / "postgres").mkdir()
    os.chown(directory.path / "postgres", 12345, 12345)
    with pytest.raises(StartError, match=r"belongs to the user with the id 12345.*--data-dir"):
        directory.home("postgres")


def test_the_log_of_the_last_start_is_kept(directory: DataDirectory) -> None:
    directory.new_log("postgres").write_text("first")
    directory.new_log("postgres").write_text("second")
    log = directory.new_log("postgres")
    assert (log.read_text(), mode(log)) == ("", 0o600)
    assert log.with_suffix(".log.1").read_text() == "second"


def try_lock(directory: DataDirectory) -> None:
    with directory.lock("postgres", seconds=0):
        pass


def test_a_server_that_still_runs_is_waited_for(directory: DataDirectory) -> None:
    with directory.lock("postgres") as lock:
        write_holder(lock, 4711)
        keeper = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=(lock,))
    with pytest.raises(StartError, match=r"postgres of an earlier run \(process 4711\)"):
        try_lock(directory)
    keeper.communicate()
    try_lock(directory)
