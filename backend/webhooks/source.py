"""What a source of deliveries says of itself: who signs, what the event is called, what makes a delivery unique."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Handshake: TypeAlias = Callable[[object], Mapping[str, object] | None]
"""Returns the answer to a document that only asks whether somebody is there; None to any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who sends deliveries, and how they read.

    Attributes:
        scheme: of the signatures.
        events: where the event's name is: names of headers, and JSON pointers into the document, which begin with a
            slash; the first that is there counts.
        ids: JSON pointers to what makes a delivery unique, for where no header of the scheme tells; without any of
            them it is the hash of the body.
        form: of a body that is a form, the field that holds the document; where a form has no such field, its fields
            are the document. None where forms are not sent.
        contract: the provider in `contracts/` whose contract deliveries fall under; None is nobody's.
        nameless: whether there are deliveries without an event, which fall under no contract.
        handshake: answers what is no event; None where all are.
        unsigned: whether deliveries without a signature are taken for as long as no secret is configured.
    """

    scheme: str
    events: tuple[str, ...]
    ids: tuple[str, ...] = ()
    form: str | None = None
    contract: str | None = None
    nameless: bool = False
    handshake: Handshake | None = None
    unsigned: bool = False


_SLASH: Final = "/"
_LONGEST_NAME: Final = 255
_LONGEST_ID: Final = 1024
"""Characters; an index of PostgreSQL takes up to 2,704 bytes."""


def event_of(source: Source, headers: Sequence[tuple[str, str]], document: object) -> str | None:
    """Return the name of a delivery's event, None where it has none that can be stored.

    Args:
        source: tells where it is.
        headers: with lower-case names.
        document: what the body says.
    """
    for place in source.events:
        found = value_at(document, place) if place.startswith(_SLASH) else header(headers, place)
        if isinstance(found, str) and 0 < len(found) <= _LONGEST_NAME and found.isprintable():
            return found
    return None


def id_of(source: Source, document: object) -> str | None:
    """Return what makes a delivery unique, None where its document has nothing that can be stored."""
    for pointer in source.ids:
        found = value_at(document, pointer)
        if isinstance(found, str) and 0 < len(found) <= _LONGEST_ID and found.isascii() and found.isprintable():
            return found
    return None


def value_at(document: object, pointer: str) -> object:
    """Return what is at a JSON pointer (RFC 6901) that leads through objects and escapes nothing; None if nothing."""
    for name in pointer.split(_SLASH)[1:]:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return the value of the first header of a name, None if there is none; names are in lower case."""
    return next((value for known, value in headers if known == name), None)
