"""Who the servers run as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.errors import StartError

_UNPRIVILEGED: Final = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the system, and the user's group."""

    uid: int
    gid: int

    def may_read(self, path: Path) -> bool:
        """Tell whether the permission bits let it read a file, or list and enter a directory."""
        status = path.stat()
        wanted = 0o5 if stat.S_ISDIR(status.st_mode) or status.st_mode & 0o111 else 0o4
        return self._bits(status) & wanted == wanted

    def may_enter(self, path: Path) -> bool:
        """Tell whether the permission bits let it go through a directory and all those above."""
        above = path.resolve()
        return all(self._bits(directory.stat()) & 0o1 for directory in (above, *above.parents))

    def _bits(self, status: os.stat_result) -> int:
        if status.st_uid == self.uid:
            return status.st_mode >> 6
        return status.st_mode >> 3 if status.st_gid == self.gid else status.st_mode


def server_account() -> Account | None:
    """Return who the servers run as: an unprivileged user where we are root, None for ourselves.

    Raises:
        StartError: we are root, and the system has no unprivileged user.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise StartError(
            f"PostgreSQL refuses to run as root, and there is no user {_UNPRIVILEGED!r} to run it as: "
            "start the service as another user, or set DATABASE_URL and REDIS_URL"
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
