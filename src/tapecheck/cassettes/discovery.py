"""From the paths on a command line to the files of cassettes."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from tapecheck.cassettes.opening import unreadable
from tapecheck.errors import CassetteError

_SUFFIXES = (".yaml", ".yml", ".json", ".har")
SUFFIXES = (*_SUFFIXES, *(f"{suffix}.gz" for suffix in _SUFFIXES))
"""How the names of cassettes end; whatever else stands in a folder is passed over."""

_Identity = tuple[int, int]


def discover(paths: Iterable[Path]) -> Iterator[Path | CassetteError]:
    """Find cassettes: files as they are given, folders through and through, in the order of their names.

    Folders and files whose names begin with a dot are skipped. A folder is walked once, by whichever paths it is
    reached; symbolic links to folders come last, so that it goes by its own name where it has one here. A path that
    does not exist and a folder that cannot be read yield an error in their place, and the walk goes on.
    """
    walk = _Walk()
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError as error:
            yield unreadable(path, error)
            continue
        if is_folder:
            yield from walk.below(path)
        else:
            yield path
    yield from walk.linked()


class _Walk:
    """One walk over several folders, which remembers where it has been."""

    def __init__(self) -> None:
        self._seen: set[_Identity] = set()
        self._links: deque[Path] = deque()

    def below(self, top: Path) -> Iterator[Path | CassetteError]:
        """Walk a folder, and leave the symbolic links to folders for later."""
        waiting = [(top, True)]
        while waiting:
            path, is_folder = waiting.pop()
            if not is_folder:
                yield path
                continue
            try:
                waiting.extend(reversed(list(self._inside(path))))
            except OSError as error:
                yield unreadable(path, error)

    def linked(self) -> Iterator[Path | CassetteError]:
        """Walk the folders that only symbolic links lead to."""
        while self._links:
            yield from self.below(self._links.popleft())

    def _inside(self, folder: Path) -> Iterator[tuple[Path, bool]]:
        """Iterate over what is to be visited in a folder, in the order of names, and whether it is a folder."""
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return
        self._seen.add(identity)
        with os.scandir(folder) as entries:
            found = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
        for entry in found:
            if not _is_folder(entry):
                if entry.name.lower().endswith(SUFFIXES):
                    yield Path(entry.path), False
            elif entry.is_symlink():
                self._links.append(Path(entry.path))
            else:
                yield Path(entry.path), True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: the reader will say so, if it is called like a cassette
        return False
