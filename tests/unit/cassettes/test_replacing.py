"""A file is replaced whole or not at all; how a cassette is so written is in test_writer.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cassettes.replacing import put_in_place, replace_file, unwritable, write_through
from tapecheck.errors import CassetteError


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "folder/file"
    for data in (b"one", b"two"):
        replace_file(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, no_permission: Callable[[str], None]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    no_permission("pathlib.Path.replace")
    with pytest.raises(CassetteError, match="cannot be written: Permission denied") as caught:
        replace_file(path, b"two")
    assert caught.value.path == path
    assert (list(tmp_path.iterdir()), path.read_bytes()) == ([path], b"one")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_through(tmp_path / "file", b"one")
    with pytest.raises(FileExistsError):
        write_through(tmp_path / "file", b"two")
    assert (tmp_path / "file").read_bytes() == b"one"


def test_the_mode_is_handed_on(tmp_path: Path) -> None:
    for name, mode in (("new", 0o600), ("old", 0o640)):
        (tmp_path / name).write_text(name, encoding="utf-8")
        (tmp_path / name).chmod(mode)
    put_in_place(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640


def test_an_error_without_words_still_says_something() -> None:
    assert str(unwritable(Path("file"), OSError("odd"))).startswith("file: cannot be written: odd")
