"""What has been recorded, to be found by request or by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tapecheck.cassettes import discover, read
from tapecheck.cassettes.discovery import SUFFIXES
from tapecheck.checking.exchange import FRAMINGS
from tapecheck.checking.payload import named_media_type
from tapecheck.contracts import Contracts, Match, Operation
from tapecheck.errors import CassetteError
from tapecheck.faults import Reply, pieces
from tapecheck.model import Headers, Interaction, Response
from tapecheck.serving.equality import fingerprint

_FRAMING: Final = frozenset(
    ("connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding", "trailer", "upgrade")
)
"""What speaks of the connection (RFC 9110, 7.6.1) and of how the body was packed, which the recording has undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An answer on a tape.

    Attributes:
        name: of the cassette: its path below the folder of cassettes, without its suffix.
        provider, operation: that were asked.
        fingerprint: of the request.
        reply: what was answered.
    """

    name: str
    provider: str
    operation: str
    fingerprint: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapes:
    """All that has been recorded.

    Attributes:
        by_request: by the fingerprint of the request; of several the first that is no error.
        by_name: by the name of the cassette, in the order of the tape; of several of one name the first.
        problems: why a cassette cannot be read, or not be asked for by name; the others can be played all the same.
    """

    by_request: Mapping[str, Recorded] = field(default_factory=dict)
    by_name: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    problems: tuple[CassetteError, ...] = ()

    @classmethod
    def load(cls, folders: Iterable[Path], contracts: Contracts) -> Tapes:
        """Read all cassettes of some folders; interactions that fall under none of the contracts are left out."""
        tapes: list[_Tape] = []
        first: dict[str, _Tape] = {}
        problems: list[CassetteError] = []
        for found in _tapes(folders, contracts):
            if isinstance(found, CassetteError):
                problems.append(found)
            elif found.recorded:
                tapes.append(found)
                if (owner := first.setdefault(found.name, found)) is not found:
                    problems.append(_clash(found, owner))
        every = [one for tape in tapes for one in tape.recorded]
        preferred = sorted(every, key=lambda one: (one.reply.status >= 400, one.name))
        by_request = {one.fingerprint: one for one in reversed(preferred)}
        by_name = {tape.name: tape.recorded for tape in first.values()}
        return cls(by_request=by_request, by_name=by_name, problems=tuple(problems))

    def named(self, name: str, match: Match, asked: str) -> Recorded:
        """Return the answer of a certain cassette: the one to an equal request, else the first of the operation.

        Args:
            name: of the cassette.
            match: the operation.
            asked: the fingerprint of the request.

        Raises:
            CassetteError: there is no such cassette, or it holds nothing of the operation.
        """
        if name not in self.by_name:
            close = difflib.get_close_matches(name, self.by_name, n=3, cutoff=0.4)
            raise CassetteError(f"there is no cassette {name!r}", hint=f"The nearest: {', '.join(close) or 'none'}.")
        wanted = (match.contract.provider, match.operation.name)
        fitting = [one for one in self.by_name[name] if (one.provider, one.operation) == wanted]
        if not fitting:
            raise CassetteError(f"the cassette {name!r} holds nothing of {wanted[0]} {wanted[1]}")
        return next((one for one in fitting if one.fingerprint == asked), fitting[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tape:
    """What one file holds."""

    path: Path
    name: str
    recorded: tuple[Recorded, ...]


def _tapes(folders: Iterable[Path], contracts: Contracts) -> Iterator[_Tape | CassetteError]:
    """Read all cassettes of some folders; yield the error in place of one that cannot be read."""
    for folder in dict.fromkeys(folders):
        for path in discover([folder]):
            if isinstance(path, CassetteError):
                yield path
                continue
            name = _name(path.relative_to(folder) if path != folder else Path(path.name))
            try:
                recorded = _recorded(path, name, contracts)
            except CassetteError as error:
                yield error
            else:
                yield _Tape(path=path, name=name, recorded=recorded)


def _name(below: Path) -> str:
    """Take off the suffix of a cassette; whatever other dots the name has belong to it."""
    whole = below.as_posix()
    suffix = next((one for one in SUFFIXES if whole.lower().endswith(one)), "")
    return whole[: len(whole) - len(suffix)]


def _clash(tape: _Tape, first: _Tape) -> CassetteError:
    return CassetteError(
        f"the name {tape.name!r} belongs to {first.path} already, expected another one",
        path=tape.path,
        hint="Only equal requests get what this cassette holds. Rename the file to ask for it by name as well.",
    )


def _recorded(path: Path, name: str, contracts: Contracts) -> tuple[Recorded, ...]:
    matched = ((one, contracts.match(one.request.method, one.request.uri)) for one in read(path).interactions)
    return tuple(_one(name, match, one) for one, match in matched if isinstance(match, Match))


def _one(name: str, match: Match, interaction: Interaction) -> Recorded:
    return Recorded(
        name=name,
        provider=match.contract.provider,
        operation=match.operation.name,
        fingerprint=fingerprint(match, interaction.request, interaction.request.uri),
        reply=recorded_reply(match.operation, interaction.response),
    )


def recorded_reply(operation: Operation | None, response: Response) -> Reply:
    """Return a recorded response as it is played again, a stream event by event.

    Args:
        operation: that was asked; None where no contract declares it: only a stream of SSE is then known for one.
        response: as recorded, its body unpacked.
    """
    body = response.body.content
    framing = _framing(operation, response)
    return Reply(
        status=response.status,
        reason=response.reason,
        headers=Headers(tuple(one for one in response.headers if one[0].lower() not in _FRAMING)),
        pieces=pieces(body, framing) if framing else (body,) if body else (),
        framing=framing,
    )


def _framing(operation: Operation | None, response: Response) -> str | None:
    """Return how a recorded success was framed, if it was a stream."""
    media = named_media_type(response.headers.get("content-type"))
    if operation is None:
        return "sse" if media == FRAMINGS["sse"] else None
    if operation.stream is None or response.status >= 400:
        return None
    for framing in operation.stream.framings:
        # A document is of the same type as an array; an operation that can answer with either answers so to no stream.
        if media == FRAMINGS[framing] and (framing == "sse" or operation.response is None):
            return framing
    return None
