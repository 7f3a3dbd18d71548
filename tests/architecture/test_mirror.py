"""Every source file has its tests, and every file of unit tests its source."""

from __future__ import annotations

from pathlib import Path


def home_of_tests(source: Path) -> Path:
    """`model/http.py` is tested in `model/test_http.py`, `__main__.py` in `test_main.py`."""
    return source.with_name(f"test_{source.stem.strip('_')}.py")


def below(folder: Path, pattern: str) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob(pattern)}


def listing(folder: str, paths: set[Path]) -> str:
    return "".join(f"\n  {folder}/{path.as_posix()}" for path in sorted(paths))


def homes(root: Path) -> set[Path]:
    """Where the tests of each source file are, those of the `__init__.py` that need none included."""
    sources = below(root / "src/tapecheck", "*.py")
    assert sources, "there is no source under src/tapecheck"
    return {home_of_tests(path) for path in sources}


def test_every_source_file_has_its_file_of_unit_tests(root: Path) -> None:
    wanted = {path for path in homes(root) if path.name != "test_init.py"}
    missing = wanted - below(root / "tests/unit", "test_*.py")
    assert not missing, f"write these files of tests:{listing('tests/unit', missing)}"


def test_every_file_of_unit_tests_has_its_source_file(root: Path) -> None:
    orphans = below(root / "tests/unit", "test_*.py") - homes(root)
    assert not orphans, f"these have no source in src/tapecheck, move or remove them:{listing('tests/unit', orphans)}"
