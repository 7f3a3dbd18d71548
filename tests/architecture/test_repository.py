"""What holds for every file of the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

MACHINE_PATH = re.compile(r"(?<![\w.:/-])(?:/(?:work|root)\b|/(?:home|Users)/\w)")


def files(root: Path) -> list[Path]:
    """Every file that is committed, or would be."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("not a git repository, so which files belong to it is not known")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, encoding="utf-8").stdout
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def test_no_file_names_a_place_on_somebodys_machine(root: Path) -> None:
    found = [
        f"{path.relative_to(root).as_posix()}:{number}: {match.group()}"
        for path in files(root)
        for number, line in enumerate(lines(path), start=1)
        for match in MACHINE_PATH.finditer(line)
    ]
    assert not found, "write these paths relative to the project:\n  " + "\n  ".join(found)
