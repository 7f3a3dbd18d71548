from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.cassettes import read, render, write
from tapecheck.errors import CassetteError
from tapecheck.model import Interaction, Request, Response

INTERACTIONS = [Interaction(index=0, line=1, request=Request(method="GET", uri="é"), response=Response(status=200))]


def test_a_cassette_is_written_as_it_is_rendered(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/tape.yaml"
    write(path, INTERACTIONS)
    assert path.read_bytes() == render(INTERACTIONS).encode()
    assert read(path).interactions[0].request.uri == "é"
    assert list(path.parent.iterdir()) == [path]


def test_the_mode_of_the_file_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.touch(mode=0o640)
    path.chmod(0o640)
    write(path, INTERACTIONS)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    write(tmp_path / "link.yaml", INTERACTIONS)
    assert (tmp_path / "link.yaml").is_symlink()
    assert read(tmp_path / "real.yaml").interactions


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.open"])
def test_what_cannot_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, no_permission: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text("before", encoding="utf-8")
    no_permission(step)
    with pytest.raises(CassetteError, match="cannot be written: Permission denied") as caught:
        write(path, INTERACTIONS)
    assert caught.value.path == path
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    assert path.read_bytes() == b"before"


def test_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.symlink_to(path)
    write(path, INTERACTIONS)
    assert read(path).interactions


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="cannot be written"):
        write(tmp_path, INTERACTIONS)


def test_an_error_without_words_still_says_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(number: int) -> None:
        raise OSError("odd")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CassetteError, match="cannot be written: odd"):
        write(tmp_path / "tape.yaml", INTERACTIONS)
