from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from backend.embedded.account import Account, server_account
from backend.errors import StartError

OWNER = Account(uid=os.geteuid(), gid=os.getegid())
MEMBER = Account(uid=os.geteuid() + 1, gid=os.getegid())
STRANGER = Account(uid=os.geteuid() + 1, gid=os.getegid() + 1)
EVERYONE = {"owner": OWNER, "member": MEMBER, "stranger": STRANGER}


@pytest.mark.parametrize(
    ("mode", "who"),
    [(0o400, "owner"), (0o040, "member"), (0o004, "stranger"), (0o444, "owner member stranger"), (0o200, "")],
)
def test_who_may_read_a_file(place: Path, mode: int, who: str) -> None:
    file = place / "file"
    file.touch()
    os.chown(file, OWNER.uid, OWNER.gid)
    file.chmod(mode)
    assert [name for name, account in EVERYONE.items() if account.may_read(file)] == who.split()


@pytest.mark.parametrize(("mode", "may"), [(0o744, False), (0o755, True), (0o711, False)])
def test_a_program_must_also_be_executable(place: Path, mode: int, may: bool) -> None:
    program = place / "program"
    program.touch()
    program.chmod(mode)
    assert STRANGER.may_read(program) is may


@pytest.mark.parametrize(("mode", "who"), [(0o700, "owner"), (0o710, "owner member"), (0o711, "owner member stranger")])
def test_who_may_enter_a_directory(place: Path, mode: int, who: str) -> None:
    above = place / "above"
    (below := above / "below").mkdir(parents=True)
    os.chown(above, OWNER.uid, OWNER.gid)
    above.chmod(mode)
    assert [name for name, account in EVERYONE.items() if account.may_enter(below)] == who.split()


def test_only_root_needs_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert server_account() is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    account = server_account()
    assert account is not None
    assert account.uid == pwd.getpwnam("nobody").pw_uid != 0


def test_a_system_without_such_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> pwd.struct_passwd:
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(StartError, match=r"no user 'nobody'.*DATABASE_URL"):
        server_account()
