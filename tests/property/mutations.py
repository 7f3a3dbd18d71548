"""Broken copies of recorded interactions; each knows how and where it is broken.

Whatever is mutated follows from the evidence of the recordings, never from the contracts under test.
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tapecheck.model import Interaction, JSONValue
from tests.property.evidence import Evidence, Path, Spot, event_kind, spots
from tests.property.frames import Document, Frame, Stream, dump, with_body

ALWAYS = 0.999
"""A field in so many of the objects at its place is a required one."""

ANYWHERE = frozenset({"ping", "keepalive"})
"""Events that may stand between any others."""

_REPLACEMENTS: Mapping[str, JSONValue] = {
    "string": "tapecheck",
    "integer": 12,
    "number": 1.5,
    "boolean": True,
    "array": ["tapecheck"],
    "object": {"tapecheck": 1},
    "null": None,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken copy.

    Attributes:
        kind: what was done to it.
        place: where, without indexes.
        interaction: the copy.
    """

    kind: str
    place: str
    interaction: Interaction


@dataclass(frozen=True, slots=True)
class Plan:
    """A mutant before it is made."""

    kind: str
    place: str
    make: Callable[[], bytes]


def plans(body: Document | Stream, evidence: Mapping[str, Evidence], form: str, rng: random.Random) -> list[Plan]:
    """Return everything that can be done to a body.

    Args:
        body: taken apart.
        evidence: for each form of body or event, what the recordings agree on.
        form: of a document.
        rng: chooses positions where there are many of one kind.
    """
    if isinstance(body, Document):
        found = list(_field_plans(body.value, evidence.get(form, Evidence()), "", dump))
        text = dump(body.value)
        cuts = sorted({1, len(text) // 2, len(text) - 1, rng.randrange(1, len(text))} if len(text) > 2 else ())
        return [*found, *(Plan("half a document", "", lambda at=at: text[:at]) for at in cuts)]
    return [*_event_plans(body, evidence, rng), *_stream_plans(body, rng), *_cut_plans(body, rng)]


def make(interaction: Interaction, plan: Plan) -> Mutant | None:
    """Carry out a plan; None where the copy is no other than the original."""
    content = plan.make()
    if content == interaction.response.body.content:
        return None
    return Mutant(plan.kind, plan.place, with_body(interaction, content))


# Fields ---------------------------------------------------------------------------------------------------------------


def _field_plans(
    root: JSONValue, evidence: Evidence, prefix: str, write: Callable[[JSONValue], bytes]
) -> Iterator[Plan]:
    for spot in _one_of_each(root):
        place = prefix + spot.place
        share = evidence.share(spot)
        if share >= ALWAYS:
            yield Plan("field gone", place, lambda spot=spot: write(without(root, spot)))
        seen = evidence.types(spot)
        rank = "" if share >= ALWAYS else " (optional)"
        if evidence.count(spot) < 50:
            continue
        for wanted, value in _wrong_types(seen, spot.value):
            yield Plan(f"wrong type{rank}", f"{place} -> {wanted}", lambda s=spot, v=value: write(replaced(root, s, v)))
        if "null" not in seen:
            yield Plan(f"null{rank}", place, lambda s=spot: write(replaced(root, s, None)))
        if len(evidence.strings(spot)) == 1 and seen == {"string"}:
            # The name of a variant is constant only among its own kind.
            kind = "wrong variant" if spot.key == "type" and spot.path else f"wrong constant{rank}"
            yield Plan(kind, place, lambda s=spot: write(replaced(root, s, f"{s.value}x")))
            yield Plan(kind, place, lambda s=spot: write(replaced(root, s, "tapecheck")))


def _one_of_each(root: JSONValue) -> Iterator[Spot]:
    """Yield the first field at each place."""
    done: set[str] = set()
    for spot in spots(root):
        if spot.place not in done:
            done.add(spot.place)
            yield spot


def _wrong_types(seen: frozenset[str], value: JSONValue) -> Iterator[tuple[str, JSONValue]]:
    if value is None:
        return
    known = seen | {"integer"} if "number" in seen else seen
    if known & {"integer", "number"} and "string" not in known:
        yield "string", str(value)
    for wanted, other in _REPLACEMENTS.items():
        if wanted in known or wanted in ("null", "number") or (wanted == "string" and known & {"integer", "number"}):
            continue
        yield wanted, other


def without(root: JSONValue, spot: Spot) -> JSONValue:
    """Return a copy that lacks a field."""
    fresh = copy.deepcopy(root)
    del _holder(fresh, spot.path)[spot.key]
    return fresh


def replaced(root: JSONValue, spot: Spot, value: JSONValue) -> JSONValue:
    """Return a copy with another value in a field."""
    fresh = copy.deepcopy(root)
    _holder(fresh, spot.path)[spot.key] = value
    return fresh


def _holder(root: JSONValue, path: Path) -> dict[str, JSONValue]:
    value = root
    for step in path:
        value = value[step]  # type: ignore[index,call-overload]
    assert isinstance(value, dict)
    return value


def _event_plans(stream: Stream, evidence: Mapping[str, Evidence], rng: random.Random) -> Iterator[Plan]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for index, frame in enumerate(stream.frames):
        if isinstance(frame.value, dict):
            by_kind[event_kind(frame.value)].append(index)
    for kind, places in by_kind.items():
        at = rng.choice(places)
        frame = stream.frames[at]

        def write(value: JSONValue, at: int = at, frame: Frame = frame) -> bytes:
            new = Frame(dump(value), value) if stream.array else frame.with_value(value)
            return stream.body([*stream.frames[:at], new, *stream.frames[at + 1 :]])

        yield from _field_plans(frame.value, evidence.get(f"event {kind}", Evidence()), f"<{kind}>", write)


# Streams --------------------------------------------------------------------------------------------------------------


def _stream_plans(stream: Stream, rng: random.Random) -> Iterator[Plan]:
    frames = list(stream.frames)
    kinds = [event_kind(frame.value) for frame in frames]
    last = len(frames) - 1

    def plan(kind: str, place: str, order: Sequence[int]) -> Plan:
        return Plan(kind, place, lambda: stream.body([frames[at] for at in order]))

    every = list(range(len(frames)))
    yield plan("without start", kinds[0], every[1:])
    yield plan("without end", kinds[last], every[:-1])
    if kinds[last] == "done":
        yield plan("without end", f"{kinds[last - 1]} (done stays)", [*every[:-2], last])
    if last < 1:
        return
    for at in sorted({1, last - 1, max(1, last // 2), rng.randint(1, last)} - {0}):
        yield plan("cut after an event", f"{kinds[at - 1]} | {kinds[at]}", every[:at])
    for at in _changes(kinds, rng):
        swapped = every[:at] + [at + 1, at] + every[at + 2 :]
        yield plan("swapped neighbours", f"{kinds[at]} <-> {kinds[at + 1]}", swapped)
    for at in _alike(kinds, rng):
        yield plan("swapped alike", kinds[at], every[:at] + [at + 1, at] + every[at + 2 :])
    for at in _one_of_each_kind(kinds, rng):
        yield plan("twice", kinds[at], every[: at + 1] + every[at:])
        if 0 < at < last:
            yield plan("an event gone", kinds[at], every[:at] + every[at + 1 :])
    if len(set(kinds) - ANYWHERE) > 1:
        yield from _shuffles(plan, kinds, every, rng)


def _shuffles(
    plan: Callable[[str, str, Sequence[int]], Plan], kinds: list[str], every: list[int], rng: random.Random
) -> Iterator[Plan]:
    last = every[-1]
    yield plan("first and last swapped", f"{kinds[0]} <-> {kinds[last]}", [last, *every[1:-1], 0])
    yield plan("reversed", "", every[::-1])
    yield plan("end moved to the start", kinds[last], [last, *every[:-1]])
    yield plan("end moved to the middle", kinds[last], [*every[: last // 2], last, *every[last // 2 : -1]])
    yield plan("start moved to the end", kinds[0], [*every[1:], 0])
    if last > 1:
        yield plan("start moved inside", kinds[0], [*every[1:2], 0, *every[2:]])
    order = rng.sample(every, len(every))
    if [kinds[at] for at in order] != kinds:
        yield plan("shuffled", "", order)
    a, b = sorted(rng.sample(every, 2))
    if kinds[a] != kinds[b] and not {kinds[a], kinds[b]} & ANYWHERE:
        swapped = list(every)
        swapped[a], swapped[b] = b, a
        yield plan("two swapped", f"{kinds[a]} <-> {kinds[b]}", swapped)


def _changes(kinds: list[str], rng: random.Random) -> list[int]:
    """Return the positions, one for each pair of kinds, of neighbours that are not interchangeable."""
    return _pick(((a, b), at) for at, (a, b) in enumerate(zip(kinds, kinds[1:], strict=False)) if a != b and not {a, b} & ANYWHERE) if rng else []


def _alike(kinds: list[str], rng: random.Random) -> list[int]:
    return _pick((a, at) for at, (a, b) in enumerate(zip(kinds, kinds[1:], strict=False)) if a == b) if rng else []


def _one_of_each_kind(kinds: list[str], rng: random.Random) -> list[int]:
    return _pick((kind, at) for at, kind in enumerate(kinds)) if rng else []


def _pick(found: Iterator[tuple[object, int]]) -> list[int]:
    first: dict[object, int] = {}
    for key, at in found:
        first.setdefault(key, at)
    return sorted(first.values())


def _cut_plans(stream: Stream, rng: random.Random) -> Iterator[Plan]:
    whole = stream.body(stream.frames).rstrip()
    for _ in range(3):
        at = rng.randrange(1, len(whole))
        yield Plan("cut at a byte", "", lambda at=at: whole[:at])
    yield Plan("cut at a byte", "last byte gone", lambda: whole[:-1])
    for at in sorted({0, len(stream.frames) - 1, rng.randrange(len(stream.frames))}):
        frame = stream.frames[at]
        if not isinstance(frame.value, dict):
            continue
        kind = event_kind(frame.value)
        start = stream.body(stream.frames[:at]).rstrip(b"]") if stream.array else stream.body(stream.frames[:at])
        text = dump(frame.value)
        inside = len(start) + rng.randrange(len(frame.raw.rstrip()) // 2, len(frame.raw.rstrip()))
        yield Plan("half an event, the rest gone", kind, lambda inside=inside: whole[:inside])
        if not stream.array:
            half = frame.with_text(text[: rng.randrange(1, len(text))])
            yield Plan(
                "half an event, the rest there",
                kind,
                lambda at=at, half=half: stream.body([*stream.frames[:at], half, *stream.frames[at + 1 :]]),
            )
