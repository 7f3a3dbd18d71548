"""What the stand-in answers, and what it took the answer from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tapecheck.faults import Reply


class Source(StrEnum):
    """What an answer was taken from."""

    CASSETTE = "cassette"
    GENERATED = "generated"
    FAULT = "fault"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the stand-in answers.

    Attributes:
        reply: to be played.
        source: what it was taken from.
        provider, operation: that were asked; None where nothing matches.
        name: of the cassette or of the fault; None for the other sources.
    """

    reply: Reply
    source: Source
    provider: str | None = None
    operation: str | None = None
    name: str | None = None
