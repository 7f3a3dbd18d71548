from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.cassettes import discover
from tapecheck.errors import CassetteError

if TYPE_CHECKING:
    import pytest

REAL_SCANDIR = os.scandir


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def names(found: Iterator[Path | CassetteError], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() if isinstance(path, Path) else "error" for path in found]


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    wanted = ["a.yaml", "b/1.har", "b/2.JSON", "b/c/x.yml.gz", "d.yml", "e.har.gz"]
    for name in [*reversed(wanted), "readme.md", "x.gz", "yaml", ".hidden/a.yaml", "b/.b.yaml.tmp", ".c.yaml"]:
        touch(tmp_path / name)
    assert names(discover([tmp_path]), tmp_path) == wanted


def test_files_are_taken_as_they_are_given(tmp_path: Path) -> None:
    files = [touch(tmp_path / ".odd"), touch(tmp_path / "a.txt")]
    assert list(discover(files)) == files


def test_hidden_folders_are_walked_if_asked_for(tmp_path: Path) -> None:
    touch(tmp_path / ".hidden/a.yaml")
    assert names(discover([tmp_path / ".hidden"]), tmp_path) == [".hidden/a.yaml"]


def test_circles_of_links_are_walked_once(tmp_path: Path) -> None:
    touch(tmp_path / "a/tape.yaml")
    (tmp_path / "a/self").symlink_to(tmp_path / "a")
    (tmp_path / "a/up").symlink_to(tmp_path)
    assert names(discover([tmp_path]), tmp_path) == ["a/tape.yaml"]


def test_a_link_to_itself_is_given_to_be_reported_by_the_reader(tmp_path: Path) -> None:
    for name in ("a.yaml", "b"):
        (tmp_path / name).symlink_to(name)
    assert names(discover([tmp_path]), tmp_path) == ["a.yaml"]


def test_folders_may_nest_deeper_than_python_recurses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depth = sys.getrecursionlimit() + 100
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    touch(Path("tape.yaml"))
    found = list(discover([tmp_path]))
    Path("tape.yaml").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()
    assert [path.name for path in found if isinstance(path, Path)] == ["tape.yaml"]


def test_linked_folders_are_walked(tmp_path: Path) -> None:
    touch(tmp_path / "elsewhere/tape.yaml")
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes/link").symlink_to(tmp_path / "elsewhere")
    assert names(discover([tmp_path / "tapes"]), tmp_path) == ["tapes/link/tape.yaml"]


def test_broken_links_are_given_to_be_reported_by_the_reader(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert names(discover([tmp_path]), tmp_path) == ["gone.yaml"]


def test_a_path_that_does_not_exist_is_an_error_and_the_walk_goes_on(tmp_path: Path) -> None:
    there = touch(tmp_path / "a.yaml")
    error, path = discover([tmp_path / "absent", there])
    assert isinstance(error, CassetteError)
    assert error.path == tmp_path / "absent"
    assert "No such file" in error.message
    assert path == there


def test_an_unreadable_folder_is_an_error_and_the_walk_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a/1.yaml", "b/2.yaml", "c/3.yaml"):
        touch(tmp_path / name)

    def scandir(folder: Path) -> object:
        if folder == tmp_path / "b":
            raise PermissionError(13, "Permission denied")
        return REAL_SCANDIR(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    first, error, last = discover([tmp_path])
    assert (first, last) == (tmp_path / "a/1.yaml", tmp_path / "c/3.yaml")
    assert isinstance(error, CassetteError)
    assert error.path == tmp_path / "b"
    assert "right to read" in str(error.hint)


def test_a_path_that_may_not_be_looked_at_is_an_error(tmp_path: Path, no_permission: Callable[[str], None]) -> None:
    no_permission("pathlib.Path.stat")
    (error,) = discover([tmp_path])
    assert isinstance(error, CassetteError)
    assert "Permission denied" in error.message


def test_folders_that_link_to_each_other_are_walked_once_by_their_own_names(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abcdefghij"]
    for folder in folders:
        touch(folder / "tape.yaml")
    for folder in folders:
        for other in folders:
            (folder / f"to-{other.name}").symlink_to(other)
    assert names(discover([tmp_path]), tmp_path) == [f"{folder.name}/tape.yaml" for folder in folders]


def test_a_folder_that_is_given_twice_is_walked_once(tmp_path: Path) -> None:
    touch(tmp_path / "a/b/tape.yaml")
    assert names(discover([tmp_path / "a/b", tmp_path, tmp_path]), tmp_path) == ["a/b/tape.yaml"]
