"""In what two JSON values differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import zip_longest
from typing import TypeAlias

from tapecheck.contracts import Pointer
from tapecheck.model import JSONValue, pointer

Path: TypeAlias = tuple[str | int, ...]


class Absent(Enum):
    """Stands where there is no value."""

    ABSENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A part that is on tape, and was sent, otherwise.

    Attributes:
        place: a JSON pointer into the body, `?name` for a parameter of the query, or a word such as `host`.
        on_tape, sent: what stands there.
    """

    place: str
    on_tape: JSONValue | Absent
    sent: JSONValue | Absent


def differences(
    on_tape: JSONValue | Absent, sent: JSONValue | Absent, ignored: Sequence[Pointer] = (), path: Path = ()
) -> Iterator[Difference]:
    """Yield where two JSON values differ.

    The order of names does not count, and 1 is 1.0 (JSON Schema 2020-12, core 4.2.2), but never true.

    Args:
        on_tape: the one.
        sent: the other.
        ignored: what may differ, and all below it; `*` is any name or index.
        path: where both stand.
    """
    if any(_leads_to(one, path) for one in ignored):
        return
    if isinstance(on_tape, dict) and isinstance(sent, dict):
        for name in {**on_tape, **sent}:
            below = on_tape.get(name, Absent.ABSENT), sent.get(name, Absent.ABSENT)
            yield from differences(*below, ignored, (*path, name))
    elif isinstance(on_tape, list) and isinstance(sent, list):
        for index, (one, other) in enumerate(zip_longest(on_tape, sent, fillvalue=Absent.ABSENT)):
            yield from differences(one, other, ignored, (*path, index))
    elif isinstance(on_tape, bool) is not isinstance(sent, bool) or on_tape != sent:
        yield Difference(place=pointer(path), on_tape=on_tape, sent=sent)


def _leads_to(pattern: Pointer, path: Path) -> bool:
    return len(pattern) == len(path) and all(one in ("*", str(step)) for one, step in zip(pattern, path, strict=True))
