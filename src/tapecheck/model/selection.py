"""Which findings count, and how much: `select`, `ignore`, `per-file-ignores` as in ruff, and `--strict`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import PurePath

from tapecheck.model.finding import Code, Finding, Severity

_PREFIX = re.compile(r"TC[0-9]{0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which findings count.

    Attributes:
        select: codes or beginnings of codes that count; `TC` is all of them.
        ignore: codes or beginnings of codes that do not count; the longer of two that match wins, `ignore` at a draw.
        per_file_ignores: glob pattern of cassettes, to codes or beginnings of codes that do not count there.
        strict: whether every warning counts as an error.
    """

    select: tuple[str, ...] = ("TC",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict: bool = False

    def apply(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings that count, weighed."""
        for finding in findings:
            if self._counts(finding):
                yield replace(finding, severity=Severity.ERROR) if self.strict else finding

    def _counts(self, finding: Finding) -> bool:
        if _longest(self.select, finding.code) <= _longest(self.ignore, finding.code):
            return False
        return not _longest(self.ignored_in(finding.cassette), finding.code)

    def ignored_in(self, cassette: str | PurePath) -> tuple[str, ...]:
        """Return what `per_file_ignores` says of a cassette: codes or beginnings of codes."""
        path = PurePath(cassette).as_posix()
        return tuple(
            code for pattern, codes in self.per_file_ignores.items() if _matches(path, pattern) for code in codes
        )


def unknown_codes(codes: Iterable[str]) -> list[str]:
    """Return those that neither are a code nor the beginning of one."""
    return [code for code in codes if not _PREFIX.fullmatch(code) or not any(one.startswith(code) for one in Code)]


def _longest(prefixes: Iterable[str], code: Code) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def _matches(path: str, pattern: str) -> bool:
    return fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}")
