"""New cassettes beside the committed ones: what a recording changes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from tapecheck.cassettes import discover, read
from tapecheck.checking.exchange import read_exchange
from tapecheck.checking.payload import Payload, read_document
from tapecheck.contracts import Contracts, Match
from tapecheck.errors import CassetteError
from tapecheck.model import Headers, Interaction
from tapecheck.recording.job import Change, Kind
from tapecheck.recording.shape import differences, shape

_SAME_SHAPE = "other values, of the same shape"


def names(folder: Path) -> list[str]:
    """Return the cassettes of a folder by their paths from it, sorted; none for a folder that is not there.

    Raises:
        CassetteError: a folder cannot be read.
    """
    found = []
    for path in discover([folder]) if folder.is_dir() else ():
        if isinstance(path, CassetteError):
            raise path
        found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def changes(new: Path, committed: Path, contracts: Contracts) -> Iterator[Change]:
    """Say of each new cassette, and of those that stand in the same folders, what becomes of it.

    Args:
        new: the folder of the new cassettes.
        committed: the folder of the committed ones.
        contracts: tell how a body is to be read.
    """
    recorded = names(new)
    folders = {name.partition("/")[0] for name in recorded}
    there = {name for name in names(committed) if name.partition("/")[0] in folders}
    for name in sorted(there.union(recorded)):
        if name not in recorded:
            yield Change(name=name, kind=Kind.KEPT)
        elif name not in there:
            yield Change(name=name, kind=Kind.NEW)
        elif (new / name).read_bytes() == (committed / name).read_bytes():
            yield Change(name=name, kind=Kind.UNCHANGED)
        else:
            found = tuple(_differences(committed / name, new / name, contracts)) or (_SAME_SHAPE,)
            yield Change(name=name, kind=Kind.CHANGED, differences=found)


def _differences(before: Path, after: Path, contracts: Contracts) -> Iterator[str]:
    try:
        old, new = read(before).interactions, read(after).interactions
    except CassetteError as error:
        yield f"the one that was there cannot be read: {error.message}"
        return
    for index, (one, other) in enumerate(zip_longest(old, new)):
        place = f"interaction {index}, " if max(len(old), len(new)) > 1 else ""
        if one is None or other is None:
            yield f"{place}{_named(one or other)}: {'is new' if one is None else 'is gone'}"
        else:
            yield from (place + each for each in _of_interaction(one, other, contracts))


def _named(interaction: Interaction) -> str:
    return f"{interaction.request.method} {interaction.request.uri}"


def _of_interaction(old: Interaction, new: Interaction, contracts: Contracts) -> Iterator[str]:
    if _named(old) != _named(new):
        yield f"request: {_named(new)}, was {_named(old)}"
    if old.response.status != new.response.status:
        yield f"response: status {new.response.status}, was {old.response.status}"
    before, after = _payloads(old, contracts), _payloads(new, contracts)
    headers = ((old.request.headers, new.request.headers), (old.response.headers, new.response.headers))
    for side, fields, was, now in zip(("request", "response"), headers, before, after, strict=True):
        yield from (f"{side}: {each}" for each in _of_headers(*fields))
        yield from (f"{side}: {each}" for each in differences(shape(was), shape(now)))


def _of_headers(old: Headers, new: Headers) -> Iterator[str]:
    before, after = {name.lower() for name, _ in old}, {name.lower() for name, _ in new}
    for name in sorted(before ^ after):
        yield f"the header {name} is {'new' if name in after else 'gone'}"


def _payloads(interaction: Interaction, contracts: Contracts) -> tuple[Payload, Payload]:
    match = contracts.match(interaction.request.method, interaction.request.uri)
    if isinstance(match, Match):
        exchange = read_exchange(match, interaction)
        return exchange.request, exchange.response
    return read_document(interaction.request.body), read_document(interaction.response.body)
