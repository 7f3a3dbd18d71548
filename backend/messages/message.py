"""A message, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

LARGEST_NUMBER: Final = 2**53 - 1
"""The most that a message's number can be: every reader of JSON takes it for what it is (RFC 8259, section 6)."""


class Kind(StrEnum):
    """For whom a message is."""

    PRIVATE = "private"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in an inbox.

    Attributes:
        number: its place in this inbox, counted from 1 without a gap.
        id: the same in all inboxes that it came to.
        sender: the id of an agent.
        kind: whether others have it, too.
        body: what the sender says.
        sent_at: in UTC.
    """

    number: int
    id: str
    sender: str
    kind: Kind
    body: str = field(repr=False)
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message that was sent.

    Attributes:
        id: names it.
        recipients: how many inboxes it came to.
    """

    id: str
    recipients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages of an inbox are wanted.

    Attributes:
        after: only those with a higher number; None for those that are not acknowledged.
        limit: how many at most.
        sender: only those of this agent; None for all.
        kind: only those of this kind; None for all.
    """

    after: int | None = None
    limit: int = 50
    sender: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some messages of an inbox.

    Attributes:
        messages: in the order of their numbers.
        next: the `after` with which to go on; also when there is nothing more, yet.
        acknowledged: up to which number the recipient has acknowledged them.
    """

    messages: Sequence[Message]
    next: int
    acknowledged: int
