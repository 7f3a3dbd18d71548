"""Every source file has its tests, and every file of unit tests its source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A folder of source, the folder of its unit tests, and what within it is no source."""

    sources: str
    tests: str
    besides: str | None = None


MIRRORS = [
    Mirror(sources="src/tapecheck", tests="tests/unit"),
    Mirror(sources="backend", tests="backend/tests/unit", besides="tests"),
]
mirrored = pytest.mark.parametrize("mirror", MIRRORS, ids=lambda mirror: mirror.sources)


def home_of_tests(source: Path) -> Path:
    """`model/http.py` is tested in `model/test_http.py`, `__main__.py` in `test_main.py`."""
    return source.with_name(f"test_{source.stem.strip('_')}.py")


def below(folder: Path, pattern: str) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob(pattern)}


def listing(folder: str, paths: set[Path]) -> str:
    return "".join(f"\n  {folder}/{path.as_posix()}" for path in sorted(paths))


def homes(root: Path, mirror: Mirror) -> set[Path]:
    """Where the tests of each source file are, those of the `__init__.py` that need none included."""
    sources = {path for path in below(root / mirror.sources, "*.py") if path.parts[0] != mirror.besides}
    assert sources, f"there is no source under {mirror.sources}"
    return {home_of_tests(path) for path in sources}


@mirrored
def test_every_source_file_has_its_file_of_unit_tests(root: Path, mirror: Mirror) -> None:
    wanted = {path for path in homes(root, mirror) if path.name != "test_init.py"}
    missing = wanted - below(root / mirror.tests, "test_*.py")
    assert not missing, f"write these files of tests:{listing(mirror.tests, missing)}"


@mirrored
def test_every_file_of_unit_tests_has_its_source_file(root: Path, mirror: Mirror) -> None:
    orphans = below(root / mirror.tests, "test_*.py") - homes(root, mirror)
    assert not orphans, f"these have no source, move or remove them:{listing(mirror.tests, orphans)}"
