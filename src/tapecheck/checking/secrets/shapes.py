"""The shapes that secrets have, from `shapes.toml` and from contracts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TypedDict

from tapecheck.checking.secrets.judging import is_basic, looks_chosen, looks_dense, looks_random
from tapecheck.contracts import SecretShape

_NO_WORD_BEFORE = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-F]{2}))"  # escapes end with a letter, and are none

Judge = Callable[[str], bool]

_JUDGES: dict[str, Judge] = {
    "random": looks_random,
    "dense": looks_dense,
    "chosen": looks_chosen,
    "basic": is_basic,
    "any": lambda text: True,
}


class _Row(TypedDict, total=False):
    what: str
    begins: list[str]
    then: str
    before: str
    quick: str
    judge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one kind of secret looks like.

    Attributes:
        what: what findings call it.
        begins, encoded: a text that has none of these does not have the shape.
        pattern: its group `secret`, if there is one, is to be hidden, else `whole`; `rest` follows on the beginning.
        is_word: whether it begins where a word begins.
        quick: matches somewhere in a text, still encoded, that has the shape; None where `begins` is rare enough.
        judge: tells a secret from what only has its form.
    """

    what: str
    begins: tuple[str, ...]
    encoded: tuple[bytes, ...]
    pattern: re.Pattern[str]
    is_word: bool
    quick: re.Pattern[bytes] | None
    judge: Judge

    def may_be_in(self, content: bytes) -> bool:
        """Tell whether the shape may be somewhere in a text that is still encoded."""
        if self.quick is not None:
            return self.quick.search(content) is not None
        return any(begin in content for begin in self.encoded)

    def secret_in(self, match: re.Match[str]) -> tuple[int, int] | None:
        """Return from where to where a match of the pattern is secret; None if it only has the form."""
        group = "secret" if "secret" in self.pattern.groupindex else "whole"
        judged = match["rest"] if group == "whole" else match["secret"]
        return match.span(group) if self.judge(judged) else None


@lru_cache(maxsize=1)
def general_shapes() -> tuple[Shape, ...]:
    """Return the shapes of `shapes.toml`."""
    rows: list[_Row] = tomllib.loads((files(__package__) / "shapes.toml").read_text(encoding="utf-8"))["shape"]
    return tuple(map(_shape, rows))


def declared_shapes(what: str, declared: Iterable[SecretShape], judge: str = "random") -> tuple[Shape, ...]:
    """Return shapes that contracts declare.

    Args:
        what: what findings call them.
        declared: in contract.toml.
        judge: as in `shapes.toml`.
    """
    return tuple(_shape({"what": what, "begins": [one.begins], "then": one.then, "judge": judge}) for one in declared)


def _shape(row: _Row) -> Shape:
    begins = "|".join(map(re.escape, row["begins"]))
    quick = row.get("quick")
    return Shape(
        what=row["what"],
        begins=tuple(row["begins"]),
        encoded=tuple(begin.encode() for begin in row["begins"]),
        pattern=re.compile(f"(?P<whole>{row.get('before', _NO_WORD_BEFORE)}(?:{begins})(?P<rest>{row['then']}))"),
        is_word="before" not in row,
        quick=re.compile(quick.encode()) if quick else None,
        judge=_JUDGES[row.get("judge", "random")],
    )
