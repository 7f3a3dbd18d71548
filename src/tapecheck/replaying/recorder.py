"""What is relied on of vcrpy (6 and newer): it is never imported here, only met."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

_OWN_MATCHERS: Final = "vcr.matchers"


class VcrRequest(Protocol):
    """A request as vcrpy keeps it: `vcr.request.Request`."""

    method: str
    uri: str

    @property
    def headers(self) -> Mapping[str, object]:
        """Return the header fields, each with its first value."""
        ...

    @property
    def body(self) -> object:
        """Return whatever the client was given: bytes, text, a file, an iterator, or something of its own."""
        ...


VcrResponse = Mapping[str, object]
"""A response as vcrpy keeps it: what stands in the file."""


class VcrCassette(Protocol):
    """A cassette that vcrpy has loaded: `vcr.cassette.Cassette`."""

    data: Sequence[tuple[VcrRequest, VcrResponse]]
    play_counts: Counter[int]
    record_mode: object

    @property
    def write_protected(self) -> bool:
        """Tell whether nothing can be recorded any more."""
        ...

    def filter_request(self, request: VcrRequest) -> VcrRequest | None:
        """Return a request as it would be written; None where it would not."""
        ...

    def can_play_response_for(self, request: VcrRequest) -> bool:
        """Tell whether there is an answer that has not been played."""
        ...

    def responses_of(self, request: VcrRequest) -> Sequence[VcrResponse]:
        """Return all answers to a request, played or not."""
        ...


def record_mode(mode: object) -> str:
    """Return the name of a record mode, which vcrpy keeps as a member of an enumeration."""
    return str(getattr(mode, "value", mode))


def files_of(cassette: VcrCassette) -> tuple[Path, ...]:
    """Return the files that a cassette was loaded from; pytest-recording loads several into one."""
    own = getattr(cassette, "path", None) or getattr(cassette, "_path", "")
    extra = getattr(getattr(cassette, "_persister", None), "extra_paths", ())
    # Path.resolve asks the disk for every part of a path, and that at every test.
    return tuple(Path(os.path.abspath(path)) for path in dict.fromkeys((own, *extra)))  # noqa: PTH100


def has_own_matchers(cassette: VcrCassette) -> bool:
    """Tell whether the suite says itself, in code of its own, which requests are alike."""
    matchers: Sequence[object] = getattr(cassette, "_match_on", ())
    return any(getattr(matcher, "__module__", None) != _OWN_MATCHERS for matcher in matchers)
