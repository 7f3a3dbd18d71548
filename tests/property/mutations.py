"""Broken copies of recorded interactions; each knows how and where it is broken.

What is broken follows from the evidence of recordings, never from the contracts under test. Some copies are broken in a
way that nobody can see, such as two pieces of text in the wrong order: their kinds end in `UNSEEN`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from tapecheck.model import Interaction
from tests.property.evidence import Course, Evidence, event_kind
from tests.property.field_mutations import field_plans
from tests.property.frames import Document, Frame, Stream, dump, with_body
from tests.property.plan import Plan
from tests.property.stream_mutations import stream_plans

DOCUMENT: Final = "(document)"
"""The form of a body that is not streamed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken copy: what was done to it, where (without indexes), and the copy."""

    kind: str
    place: str
    interaction: Interaction


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the recordings of one operation agree on: by `DOCUMENT` or the kind of event, and for whole streams."""

    forms: Mapping[str, Evidence] = field(default_factory=dict)
    course: Course = field(default_factory=Course)


def plans(body: Document | Stream, known: Knowledge, rng: random.Random) -> list[Plan]:
    """Return everything that can be done to a body.

    Args:
        body: taken apart.
        known: what the recordings of its operation agree on.
        rng: chooses positions where there are many of one kind.
    """
    if isinstance(body, Stream):
        return [*_event_plans(body, known, rng), *stream_plans(body, known.course, rng)]
    evidence = known.forms.get(DOCUMENT, Evidence())
    return [*field_plans(body.value, evidence, "", dump), *_cut_documents(dump(body.value), rng)]


def make(interaction: Interaction, plan: Plan) -> Mutant | None:
    """Carry out a plan; None where the copy is no other than the original."""
    content = plan.make()
    if content == interaction.response.body.content:
        return None
    return Mutant(plan.kind, plan.place, with_body(interaction, content))


def _cut_documents(text: bytes, rng: random.Random) -> Iterator[Plan]:
    if len(text) > 2:
        for at in sorted({1, len(text) // 2, len(text) - 1, rng.randrange(1, len(text))}):
            yield Plan("half a document", "", partial(bytes, text[:at]))


def _event_plans(stream: Stream, known: Knowledge, rng: random.Random) -> Iterator[Plan]:
    """Break the fields of one event of each kind."""
    kinds = [event_kind(frame.value) for frame in stream.frames]
    for kind in dict.fromkeys(kinds):
        at = rng.choice([place for place, one in enumerate(kinds) if one == kind])
        frame = stream.frames[at]
        if isinstance(frame.value, dict):
            evidence = known.forms.get(kind, Evidence())
            yield from field_plans(frame.value, evidence, f"<{kind}>", partial(_with_value, stream, at))


def _with_value(stream: Stream, at: int, value: object) -> bytes:
    frame = stream.frames[at]
    new = Frame(dump(value), None) if stream.array else frame.with_text(dump(value))
    return stream.body([*stream.frames[:at], new, *stream.frames[at + 1 :]])
