from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import vcr
from vcr.persisters.filesystem import FilesystemPersister

from tapecheck.replaying.recorder import files_of, has_own_matchers, record_mode


class SeveralFiles(FilesystemPersister):  # type: ignore[misc]
    """As pytest-recording has one."""

    def __init__(self, *extra_paths: str) -> None:
        self.extra_paths = extra_paths


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., vcr.cassette.Cassette]:
    monkeypatch.chdir(tmp_path)
    return lambda **settings: vcr.cassette.Cassette.load(path="a.yaml", record_mode=vcr.mode.NONE, **settings)


@pytest.mark.parametrize("mode", [vcr.mode.NEW_EPISODES, "new_episodes"], ids=["member", "name"])
def test_a_record_mode_has_a_name(mode: object) -> None:
    assert record_mode(mode) == "new_episodes"


def test_one_file(load: Callable[..., vcr.cassette.Cassette], tmp_path: Path) -> None:
    assert files_of(load()) == (tmp_path.resolve() / "a.yaml",)


def test_several_files_each_once(load: Callable[..., vcr.cassette.Cassette], tmp_path: Path) -> None:
    cassette = load(persister=SeveralFiles("b.yaml", "a.yaml"))
    assert files_of(cassette) == (tmp_path.resolve() / "a.yaml", tmp_path.resolve() / "b.yaml")


def test_matchers(load: Callable[..., vcr.cassette.Cassette]) -> None:
    assert not has_own_matchers(load())
    assert not has_own_matchers(load(match_on=[vcr.matchers.body]))
    assert has_own_matchers(load(match_on=[vcr.matchers.method, lambda one, other: True]))
