"""The shape of a body: which paths of JSON it has, and of which types their values are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from tapecheck.checking.payload import Document, EventStream, Malformed, Payload
from tapecheck.model import JSONValue, pointer

Place = tuple[str | None, str]
"""The name of a streamed event, None outside of streams, and a JSON pointer in which `*` stands for every index."""

Shape = Mapping[Place, frozenset[str]]
"""The types of the values at each place."""

_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def shape(payload: Payload) -> Shape:
    """Return the shape of a body; one that is no JSON has none."""
    found: defaultdict[Place, set[str]] = defaultdict(set)
    for place, kind in _values(payload):
        found[place].add(kind)
    return {place: frozenset(kinds) for place, kinds in found.items()}


def differences(before: Shape, after: Shape) -> Iterator[str]:
    """Say which places came, went and changed their types; what is below one that came or went is not said again."""
    for place in sorted(before.keys() | after.keys(), key=lambda place: (place[0] or "", place[1])):
        was, now = before.get(place), after.get(place)
        if was == now or _was_told(place, before if was is None else after if now is None else None):
            continue
        if was is None:
            yield f"{_named(place)} is new ({_listed(now)})"
        elif now is None:
            yield f"{_named(place)} is gone ({_listed(was)})"
        else:
            yield f"{_named(place)} is {_listed(now)}, was {_listed(was)}"


def _was_told(place: Place, lacking: Shape | None) -> bool:
    """Tell whether the shape that lacks a place lacks the one above it too."""
    event, path = place
    return lacking is not None and path != "" and (event, path.rpartition("/")[0]) not in lacking


def _named(place: Place) -> str:
    event, path = place
    return f"the event {event}{path and f', {path},'}" if event else path or "the body"


def _listed(kinds: frozenset[str] | None) -> str:
    return " or ".join(sorted(kinds or ()))


def _values(payload: Payload) -> Iterator[tuple[Place, str]]:
    match payload:
        case Document(value=value):
            yield from _below((None, ""), value)
        case EventStream(events=events):
            for event in events:
                yield from _below((event.name or "without a name", ""), event.value)
        case Malformed():
            yield (None, ""), "malformed"


def _below(place: Place, value: JSONValue) -> Iterator[tuple[Place, str]]:
    event, path = place
    yield place, _TYPES.get(type(value), "null")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _below((event, path + pointer((name,))), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _below((event, f"{path}/*"), inner)
