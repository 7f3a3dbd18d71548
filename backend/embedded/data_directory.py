"""Where the servers keep their data, and who may use it: one service at a time."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.embedded.account import Account, server_account
from backend.embedded.processes import wait_until
from backend.errors import StartError

_ELSEWHERE: Final = (
    "choose another directory with --data-dir, or set DATABASE_URL and REDIS_URL to use servers of your own"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDirectory:
    """A directory that this process has claimed; `NAME` is a server's.

    ```
    service.lock       held by the service; holds its process id
    NAME.lock          held by the server and all its children
    NAME.log           what the server printed since its last start; `NAME.log.1` since the start before
    NAME.password      readable by the service only
    NAME/              what the server itself writes
    programs/          copies of programs that the server's user cannot read where they are installed
    ```

    Attributes:
        path: absolute.
        account: who the servers run as; None for ourselves.
    """

    path: Path
    account: Account | None

    def home(self, name: str) -> Path:
        """Return a directory that a server may write to, made if need be.

        Raises:
            StartError: it belongs to another user than the server runs as.
        """
        path = self.path / name
        owner = self.account.uid if self.account else os.geteuid()
        if not path.exists():
            path.mkdir(mode=0o700)
            self._give(path)
        if (found := path.stat().st_uid) != owner:
            raise StartError(f"{path} belongs to the user with the id {found}, not {owner}: {_ELSEWHERE}")
        return path

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def password(self, name: str) -> str:
        """Return a server's password, made at the first call; letters and digits only."""
        path = self.path / f"{name}.password"
        if not path.exists():
            _write_secret(new := path.with_suffix(".new"), secrets.token_hex(24))
            new.replace(path)  # so that a crash leaves none, or a whole one
        return path.read_text(encoding="ascii")

    @contextlib.contextmanager
    def password_for_server(self, name: str) -> Iterator[Path]:
        """Yield a file with a server's password that the server's user can read; it is gone afterwards.

        It does not lie where that user may write: whoever writes as root must not follow another user's links.
        """
        path = self.path / f"{name}.given"
        _write_secret(path, self.password(name))
        try:
            self._give(path)
            yield path
        finally:
            path.unlink()

    def new_log(self, name: str) -> Path:
        """Return a file for what a server prints, empty; the one that stood there is kept beside it."""
        path = self.path / f"{name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        return path

    @contextlib.contextmanager
    def lock(self, name: str, *, seconds: float = 30) -> Iterator[int]:
        """Wait until nothing of a server's earlier run is left, and yield a file descriptor for it to keep open.

        Raises:
            StartError: an earlier run does not end.
        """
        path = self.path / f"{name}.lock"
        with _open_lock(path) as descriptor:
            if not wait_until(lambda: _try_lock(descriptor), seconds=seconds):
                raise StartError(
                    f"{name} of an earlier run ({_holder(descriptor)}) still uses {self.path}: end it, or {_ELSEWHERE}"
                )
            yield descriptor


@contextlib.contextmanager
def claim(path: Path) -> Iterator[DataDirectory]:
    """Make a data directory if need be, and keep it for this process.

    Raises:
        StartError: another process has it, or it cannot be used.
    """
    path, account = path.resolve(), server_account()
    with contextlib.ExitStack() as stack:
        try:
            _make(path, account)
            descriptor = stack.enter_context(_open_lock(path / "service.lock"))
            claimed = _try_lock(descriptor)
        except OSError as error:
            raise StartError(f"the data directory {path} cannot be used ({error.strerror}): {_ELSEWHERE}") from None
        if not claimed:
            raise StartError(
                f"the data directory {path} is used by another service ({_holder(descriptor)}): end it, or {_ELSEWHERE}"
            )
        write_holder(descriptor, os.getpid())
        yield DataDirectory(path=path, account=account)


def write_holder(descriptor: int, pid: int) -> None:
    """Write into a lock who holds it, for whoever finds it held."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(pid).encode(), 0)


def _holder(descriptor: int) -> str:
    pid = os.pread(descriptor, 20, 0).decode()
    return f"process {pid}" if pid else "a process that is just starting"


def _make(path: Path, account: Account | None) -> None:
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True)
        if account:
            path.chmod(0o711)
    if account and not account.may_enter(path):
        raise StartError(
            f"the servers run as the user with the id {account.uid}, who may not enter {path} or a directory above it: "
            f"{_ELSEWHERE}"
        )


def _write_secret(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret, encoding="ascii")


@contextlib.contextmanager
def _open_lock(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
