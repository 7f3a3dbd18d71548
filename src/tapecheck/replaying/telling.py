"""What is wrong with a request, in lines that are short enough to be read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from tapecheck.checking.problem import Problem
from tapecheck.model import JSONValue
from tapecheck.replaying.differences import Absent, Difference

_MOST: Final = 10
_WIDTH: Final = 60
_BEFORE: Final = 20


def lines_of_problems(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a heading, and a line for each way in which a request breaks the contract; nothing if it does not."""
    if problems:
        yield "the request that was sent breaks the contract:"
        yield from _at_most([_line(one) for one in problems])


def lines_of_differences(differences: Sequence[Difference]) -> Iterator[str]:
    """Yield a heading, and a line for each part of a request that is not as on tape; nothing if all is."""
    if differences:
        yield "the request that was sent is not the one on tape:"
        yield from _at_most([_both(one) for one in differences])


def _at_most(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_MOST])
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST} more"


def _line(problem: Problem) -> str:
    place = f"{problem.instance_path}: " if problem.instance_path else ""
    hint = f" ({problem.hint.rstrip('.')})" if problem.hint else ""
    return f"{place}{problem.message}{hint}"


def _both(difference: Difference) -> str:
    on_tape, sent = _shown(difference.on_tape), _shown(difference.sent)
    start = max(0, _same(on_tape, sent) - _BEFORE)
    return f"{difference.place or 'the body'}: on tape {_cut(on_tape, start)}, sent {_cut(sent, start)}"


def _same(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    apart = (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(apart, min(len(one), len(other)))


def _shown(value: JSONValue | Absent) -> str:
    return "nothing" if isinstance(value, Absent) else json.dumps(value, ensure_ascii=False)


def _cut(text: str, start: int) -> str:
    """Cut a text to what fits into a line, around the place where it begins to differ."""
    if len(text) <= _WIDTH:
        return text
    start = min(start, len(text) - _WIDTH)
    before, after = "…" if start else "", "…" if start + _WIDTH < len(text) else ""
    return f"{before}{text[start : start + _WIDTH]}{after}"
