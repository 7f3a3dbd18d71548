"""A JSON Schema of a contract, and the pointers with which a contract names places in bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tapecheck.model import JSONValue

Pointer = tuple[str, ...]
"""A JSON pointer, split; `*` stands for every index or key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A JSON Schema file. `uri` is its identity in `$ref`, `path` the file, `document` what it holds."""

    uri: str
    path: Path
    document: Mapping[str, JSONValue]


class Deferred(Mapping[str, JSONValue]):
    """The document of a schema that is read when somebody first looks into it.

    Args:
        read: returns the document; it is called once.
    """

    def __init__(self, read: Callable[[], Mapping[str, JSONValue]]) -> None:
        self._read = read
        self._document: Mapping[str, JSONValue] | None = None

    def _whole(self) -> Mapping[str, JSONValue]:
        if self._document is None:
            self._document = self._read()
        return self._document

    def __getitem__(self, key: str) -> JSONValue:
        """Return what a keyword says."""
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keywords."""
        return iter(self._whole())

    def __len__(self) -> int:
        """Return the number of keywords."""
        return len(self._whole())
