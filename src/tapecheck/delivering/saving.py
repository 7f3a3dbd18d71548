"""What was sent and what was answered, as a cassette with its entry in the lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tapecheck import __version__
from tapecheck.cassettes import LOCK, Provenance, Source, digest, read_lock, write, write_lock
from tapecheck.contracts import Contract
from tapecheck.delivering.attempts import Attempt
from tapecheck.delivering.delivery import with_fields
from tapecheck.delivering.sending import Answer, Target
from tapecheck.model import Body, Headers, Interaction, Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """All that was sent in one run.

    Attributes:
        contract: of the provider.
        target: whereto.
        attempts: in order.
        secret: that signed them; it is written into the lock, so that the signatures can be verified.
        today: the day, UTC.
    """

    contract: Contract
    target: Target
    attempts: Sequence[Attempt]
    secret: str | None
    today: date


def save(sent: Sent, path: Path, folders: Iterable[Path]) -> int:
    """Write a cassette and enter it into the lock; return how many attempts are on it: those that were answered.

    Where none was answered, nothing is written.

    Args:
        sent: what was sent.
        path: of the cassette.
        folders: of the project's cassettes; the lock stands in the one that the cassette is in, else beside it.

    Raises:
        CassetteError: a file cannot be read or written.
    """
    interactions = list(_interactions(sent))
    if not interactions:
        return 0
    write(path, interactions, is_raw=lambda request: True)  # a signature is of the bytes that were sent
    place = path.resolve()
    folder = next((one.resolve() for one in folders if place.is_relative_to(one.resolve())), place.parent)
    entry = Provenance(
        digest=digest(path),
        source=Source.SANDBOX,
        date=sent.today,
        contract=sent.contract.version,
        tools={"tapecheck": __version__},
        secret=sent.secret,
    )
    lock = folder / LOCK
    write_lock(lock, {**read_lock(lock), place.relative_to(folder).as_posix(): entry})
    return len(interactions)


def _interactions(sent: Sent) -> Iterable[Interaction]:
    answered = [(one.message, one.result) for one in sent.attempts if isinstance(one.result, Answer)]
    for index, (message, answer) in enumerate(answered):
        length = Headers((("content-length", str(len(message.body))),))
        yield Interaction(
            index=index,
            line=1,
            request=Request(
                method="POST",
                uri=sent.target.url,
                headers=with_fields(message.headers, length),
                body=Body(content=message.body, blank=not message.body),
            ),
            response=Response(
                status=answer.status,
                reason=answer.reason,
                headers=answer.headers,
                body=Body(content=answer.body),
            ),
        )
