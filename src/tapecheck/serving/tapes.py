"""What has been recorded, to be found by request or by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tapecheck.cassettes import discover, read
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
        by_name: by the name of the cassette, in the order of the tape.
        problems: why a cassette cannot be read; the others can be played all the same.
    """

    by_request: Mapping[str, Recorded] = field(default_factory=dict)
    by_name: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    problems: tuple[CassetteError, ...] = ()

    @classmethod
    def load(cls, folders: Iterable[Path], contracts: Contracts) -> Tapes:
        """Read all cassettes of some folders; interactions that fall under none of the contracts are left out."""
        by_name: dict[str, tuple[Recorded, ...]] = {}
        problems: list[CassetteError] = []
        for folder in folders:
            for path in discover([folder]):
                try:
                    found = _recorded(path, folder, contracts)
                except CassetteError as error:
                    problems.append(error)
                    continue
                if found:
                    by_name[found[0].name] = found
        every = [one for name in sorted(by_name) for one in by_name[name]]
        preferred = sorted(every, key=lambda one: one.reply.status >= 400)
        by_request = {one.fingerprint: one for one in reversed(preferred)}
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


def _recorded(path: Path | CassetteError, folder: Path, contracts: Contracts) -> tuple[Recorded, ...]:
    """Return what a cassette holds.

    Raises:
        CassetteError: it cannot be read.
    """
    if isinstance(path, CassetteError):
        raise path
    below = path.relative_to(folder) if path != folder else Path(path.name)
    name = below.parent.joinpath(below.name.partition(".")[0]).as_posix()
    matched = ((one, contracts.match(one.request.method, one.request.uri)) for one in read(path).interactions)
    return tuple(_one(name, match, one) for one, match in matched if isinstance(match, Match))


def _one(name: str, match: Match, interaction: Interaction) -> Recorded:
    return Recorded(
        name=name,
        provider=match.contract.provider,
        operation=match.operation.name,
        fingerprint=fingerprint(match, interaction.request, interaction.request.uri),
        reply=_reply(match.operation, interaction.response),
    )


def _reply(operation: Operation, response: Response) -> Reply:
    body = response.body.content
    framing = _framing(operation, response)
    return Reply(
        status=response.status,
        reason=response.reason,
        headers=Headers(tuple(one for one in response.headers if one[0].lower() not in _FRAMING)),
        pieces=pieces(body, framing) if framing else (body,) if body else (),
        framing=framing,
    )


def _framing(operation: Operation, response: Response) -> str | None:
    """Return how a recorded success was framed, if it was a stream."""
    if operation.stream is None or response.status >= 400:
        return None
    media = named_media_type(response.headers.get("content-type"))
    for framing in operation.stream.framings:
        # A document is of the same type as an array; an operation that can answer with either answers so to no stream.
        if media == FRAMINGS[framing] and (framing == "sse" or operation.response is None):
            return framing
    return None
