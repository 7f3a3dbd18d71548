"""From the paths on a command line to the files of cassettes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tapecheck.cassettes.opening import unreadable
from tapecheck.errors import CassetteError

_SUFFIXES = (".yaml", ".yml", ".json", ".har")
SUFFIXES = (*_SUFFIXES, *(f"{suffix}.gz" for suffix in _SUFFIXES))
"""How the names of cassettes end; whatever else stands in a folder is passed over."""

_Identity = tuple[int, int]
_Waiting = tuple[Path, frozenset[_Identity] | None]
"""A folder with the identities of those above it, or a file."""


def discover(paths: Iterable[Path]) -> Iterator[Path | CassetteError]:
    """Find cassettes: files as they are given, folders through and through, in the order of their names.

    Folders and files whose names begin with a dot are skipped. A path that does not exist and a folder that cannot be
    read yield an error in their place, and the walk goes on.
    """
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError as error:
            yield unreadable(path, error)
            continue
        if is_folder:
            yield from _walk(path)
        else:
            yield path


def _walk(top: Path) -> Iterator[Path | CassetteError]:
    """Walk a folder; one that is among those above it, reached again through a symbolic link, is passed over."""
    waiting: list[_Waiting] = [(top, frozenset())]
    while waiting:
        path, above = waiting.pop()
        if above is None:
            yield path
            continue
        try:
            waiting.extend(reversed(list(_inside(path, above))))
        except OSError as error:
            yield unreadable(path, error)


def _inside(folder: Path, above: frozenset[_Identity]) -> Iterator[_Waiting]:
    """Iterate over what is to be visited in a folder, in the order of names."""
    status = folder.stat()
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        return
    with os.scandir(folder) as entries:
        found = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    for entry in found:
        if _is_folder(entry):
            yield Path(entry.path), above | {identity}
        elif entry.name.lower().endswith(SUFFIXES):
            yield Path(entry.path), None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: the reader will say so, if it is called like a cassette
        return False
