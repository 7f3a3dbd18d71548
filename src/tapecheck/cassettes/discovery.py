"""From the paths on a command line to the files of cassettes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tapecheck.cassettes.opening import unreadable
from tapecheck.errors import CassetteError

_SUFFIXES = (".yaml", ".yml", ".json", ".har")
SUFFIXES = (*_SUFFIXES, *(f"{suffix}.gz" for suffix in _SUFFIXES))
"""How the names of cassettes end; whatever else stands in a folder is passed over."""


def discover(paths: Iterable[Path]) -> Iterator[Path | CassetteError]:
    """Find cassettes: files as they are given, folders through and through, in the order of their names.

    Folders and files whose names begin with a dot are skipped. A path that does not exist and a folder that cannot be
    read yield an error in their place, and the walk goes on.
    """
    for path in paths:
        try:
            is_folder = path.is_dir() if path.exists() else path.stat() is None
        except OSError as error:
            yield unreadable(path, error)
            continue
        if is_folder:
            yield from _walk(path, frozenset())
        else:
            yield path


def _walk(folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[Path | CassetteError]:
    """Walk a folder; one that is among those above it, reached again through a symbolic link, is passed over."""
    try:
        status = folder.stat()
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield unreadable(folder, error)
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), above | {identity})
        elif entry.name.lower().endswith(SUFFIXES):
            yield Path(entry.path)
