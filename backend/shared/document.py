"""A shared value, and what is asked for when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from backend.shared.etags import Tags


class Space(StrEnum):
    """Where a name means something; each counts its own revisions."""

    STATE = "state"
    RESOURCES = "resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A value as somebody wrote it; it never changes.

    Attributes:
        name: of the document.
        version: counts what was written to this document: 1, 2, …
        revision: counts what was written to its whole space; it grows in the order of the commits, without gaps.
        value: any JSON.
        written_by: the id of the agent.
        written_at: in UTC.
    """

    name: str
    version: int
    revision: int
    value: JsonValue
    written_by: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which a value is to be written.

    Attributes:
        read: the version that the writer knows, 0 for none at all; None writes whatever there is.
        merge: whether a value that was written since is merged with, and not a conflict; it needs `read`.
        condition: what the current version must match, besides.
    """

    read: int | None = None
    merge: bool = False
    condition: Tags | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A wish to write.

    Attributes:
        name: of the document.
        value: any JSON.
        written_by: the id of the agent.
        terms: under which.
    """

    name: str
    value: JsonValue
    written_by: str
    terms: Terms = Terms()


def topic(space: Space, name: str | None = None) -> str:
    """Return what is notified when a document is written; without a name, when any of its space is."""
    return f"shared:{space}" if name is None else f"shared:{space}:{name}"
