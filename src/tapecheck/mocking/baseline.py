"""Something that tests share, compared with what it was before the test."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

_GONE: Final = object()


class Baseline(Generic[Key]):
    """What a state was before the test, brought up to date with what wider fixtures do to it.

    Args:
        read: gives the state as it is, as a mapping of its own.
    """

    def __init__(self, read: Callable[[], Mapping[Key, object]]) -> None:
        self._read = read
        self._expected: dict[Key, object] = {}
        self._owned: dict[int, set[Key]] = {}

    def begin(self) -> None:
        """Take the state as it is for what it was before the test."""
        self._expected = dict(self._read())

    @contextmanager
    def sharing(self, owner: object) -> Iterator[None]:
        """Take what changes meanwhile for a wider fixture's, which it may take back when it ends."""
        before = self._read()
        try:
            yield
        finally:
            changed = set(_changed(before, self._read()))
            self._accept(changed)
            self._owned.setdefault(id(owner), set()).update(changed)

    def shared_ended(self, owner: object) -> None:
        """Take what the fixture had changed as it is now."""
        self._accept(self._owned.pop(id(owner), set()))

    def changed(self) -> dict[Key, str]:
        """Return what is `added`, `changed` or `removed`, compared with before."""
        now = self._read()
        words: dict[Key, str] = {}
        for key in _changed(self._expected, now):
            words[key] = "removed" if key not in now else "changed" if key in self._expected else "added"
        return words

    def _accept(self, keys: set[Key]) -> None:
        now = self._read() if keys else {}
        for key in keys:
            if key in now:
                self._expected[key] = now[key]
            else:
                self._expected.pop(key, None)


def _changed(before: Mapping[Key, object], now: Mapping[Key, object]) -> Iterator[Key]:
    for key in before.keys() | now.keys():
        if not _is_same(before.get(key, _GONE), now.get(key, _GONE)):
            yield key


def _is_same(one: object, other: object) -> bool:
    """Compare values without asking those that may think anything equal, as mocks do."""
    return one is other or (isinstance(one, (str, bytes)) and isinstance(other, (str, bytes)) and one == other)
