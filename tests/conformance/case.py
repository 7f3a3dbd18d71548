"""Cases: test files as users write them, each with what must come of it in its header.

A header is the comments at the top of the file, one `# key: value` each:

- `without`, `with`: what comes of each test of the file without the plugin and with it. `passed`, `failed`, `error`,
  `skipped` and `xfailed` are pytest's words, and `absent` is a test that does not run; codes, such as `TC401`, mean
  that the test fails or errs, and that it names exactly these. `with test_name` speaks of one test only.
- `summary`: the codes that the plugin's section at the end of the run gives for a tape of this file.
- `says`: what must stand in the text of each failure; `says with` where only the plugin makes it fail.
- `tape`: a file of `tapes/` that is put where pytest-recording looks for it: one for each test function of the file;
  `tape: chat as NAME` puts it beside them under another name, and may stand several times.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent / "cases"
TAPES = ROOT / "tapes"
PACKAGE = ROOT / "shop"
"""What the cases test."""

Side = Literal["without", "with"]
_HEADER = re.compile(r"# (?P<key>[a-z]+(?: [^:\n]+)?): (?P<value>.+)")
_TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
_CODE = re.compile(r"TC\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file of tests.

    Attributes:
        path: relative to its group, in POSIX form.
        header: its keys and values, in order.
        tests: the names of its test functions.
    """

    path: str
    header: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def expected(self, side: Side, test: str) -> str:
        """Return what must come of a test; a test that is parametrised may be named with or without its parameters."""
        for key in (f"{side} {test}", f"{side} {test.partition('[')[0]}", side):
            for value in self.values(key):
                return value
        raise AssertionError(f"{self.path}: the header has no line '# {side}: …'")

    def values(self, key: str) -> list[str]:
        """Return what the header gives for a key, nothing where it has none."""
        return [value for name, value in self.header if name == key]

    def tapes(self) -> Iterator[tuple[str, Path]]:
        """Yield the name of each tape, and the path of its copy relative to the group."""
        folder = Path(self.path).parent / "cassettes" / Path(self.path).stem
        for value in self.values("tape"):
            name, _, other = value.partition(" as ")
            for test in [other] if other else self.tests:
                yield name, folder / f"{test}.yaml"


def read(path: Path, group: Path) -> Case:
    """Read a case."""
    text = path.read_text(encoding="utf-8")
    header: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = _HEADER.fullmatch(line)
        if match is None:
            break
        header.append((match["key"], match["value"]))
    tests = tuple(dict.fromkeys(_TEST.findall(text)))
    return Case(path=path.relative_to(group).as_posix(), header=tuple(header), tests=tests)


def cases_of(group: Path) -> list[Case]:
    """Read the cases of the folder of a group."""
    return [read(path, group) for path in sorted(group.rglob("test_*.py"))]


def lay_out(group: Path, folder: Path) -> None:
    """Copy a group into a folder, with the package that it tests and its tapes where its tests look for them."""
    shutil.copytree(group, folder, dirs_exist_ok=True)
    shutil.copytree(PACKAGE, folder / PACKAGE.name)
    for case in cases_of(group):
        for name, path in case.tapes():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TAPES / f"{name}.yaml", folder / path)


def codes(text: str) -> set[str]:
    """Return the codes of findings that a text names."""
    return set(_CODE.findall(text))
