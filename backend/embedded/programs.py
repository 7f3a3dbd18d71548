"""Where the servers' programs are: in wheels, or in a copy where their user cannot read these."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from backend.embedded.account import Account
from backend.embedded.data_directory import DataDirectory
from backend.errors import StartError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel that holds programs.

    Attributes:
        distribution: as it is installed.
        package: its only package; it is never imported.
        folder: what of the package is needed.
        variable: names a server to use in its place.
    """

    distribution: str
    package: str
    folder: str
    variable: str

    def locate(self, directory: DataDirectory) -> Path:
        """Return the folder, or a copy of it in the data directory where the server's user cannot read the original.

        Raises:
            StartError: the wheel is not installed.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise StartError(
                f"{self.variable} is not set, and the package {self.distribution} is not installed: do either of both"
            )
        installed = Path(spec.submodule_search_locations[0])
        if directory.account is None or _is_readable(installed / self.folder, directory.account):
            return installed / self.folder
        return self._copy(installed, directory.path / "programs")

    def _copy(self, installed: Path, copies: Path) -> Path:
        """Copy the folder, and the libraries beside the package: programs look for these relative to themselves."""
        copy = copies / f"{self.distribution}-{version(self.distribution)}"
        if not copy.exists():
            for old in copies.glob(f"{self.distribution}-*"):
                shutil.rmtree(old)
            new = copies / f"new-{self.distribution}"
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(installed / self.folder, new / self.package / self.folder)
            libraries = installed.with_name(f"{self.package}.libs")
            if libraries.exists():
                shutil.copytree(libraries, new / libraries.name)
            _open_to_all(copies, new)
            new.rename(copy)  # so that a crash leaves no half of one
        return copy / self.package / self.folder


def _is_readable(folder: Path, account: Account) -> bool:
    return account.may_enter(folder) and all(account.may_read(path) for path in folder.rglob("*"))


def _open_to_all(copies: Path, new: Path) -> None:
    for path in (copies, new, *new.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
