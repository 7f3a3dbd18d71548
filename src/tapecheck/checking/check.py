"""One cassette against the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tapecheck.cassettes import read
from tapecheck.checking.engine import ENGINES, RustEngine
from tapecheck.checking.exchange import read_exchange
from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.rules import RULES
from tapecheck.contracts import Contracts, Match, Unmatched
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette, Code, Finding, Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What a single file gave.

    Attributes:
        interactions: how many are on it.
        unmatched: how many of them fall under no operation of any contract.
        checked: (provider, operation) of each of the others, in order.
        findings: everything found, each with the severity of its code.
    """

    interactions: int = 0
    unmatched: int = 0
    checked: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Tally:
    unmatched: int = 0
    checked: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Checker:
    """Checks cassettes; schemas are compiled once, when they are first needed.

    Args:
        contracts: what to check against.
        engine: a key of `ENGINES`.
    """

    def __init__(self, contracts: Contracts, engine: str = "jsonschema-rs") -> None:
        schemas = contracts.schemas
        annotator = RustEngine(schemas)
        chosen = annotator if engine == "jsonschema-rs" else ENGINES[engine](schemas)
        self._contracts = contracts
        self._validation = Validation(engine=chosen, annotator=annotator, schemas=schemas)

    def check_file(self, path: Path, *, own: bool) -> FileResult:
        """Read and check one cassette.

        Args:
            path: as findings shall name it.
            own: whether it is one of the project's own, whose every interaction has to fall under a contract (`TC301`).
        """
        try:
            return self.check_cassette(read(path), own=own)
        except CassetteError as error:
            return FileResult(findings=(unreadable(path, error),))

    def check_cassette(self, cassette: Cassette, *, own: bool) -> FileResult:
        """Check a cassette that has been read; the arguments are those of `check_file`."""
        tally, name = _Tally(), str(cassette.path)
        if not cassette.interactions:
            hint = "Record it again, or delete it."
            message = "the cassette holds no interaction"
            tally.findings.append(_finding(Code.EMPTY_CASSETTE, message, name, 1, hint=hint))
        for interaction in cassette.interactions:
            match = self._contracts.match(interaction.request.method, interaction.request.uri)
            if isinstance(match, Match):
                tally.checked.append((match.contract.provider, match.operation.name))
                tally.findings += self._findings(name, match, interaction)
            else:
                tally.unmatched += 1
                tally.findings += [_unmatched(name, match, interaction)] if own else []
        return FileResult(
            interactions=len(cassette.interactions),
            unmatched=tally.unmatched,
            checked=tuple(tally.checked),
            findings=tuple(tally.findings),
        )

    def problems(self, match: Match, interaction: Interaction) -> Iterator[Problem]:
        """Yield everything that any rule has to say about one interaction."""
        exchange = read_exchange(match, interaction)
        for rule in RULES:
            yield from rule(exchange, self._validation)

    def _findings(self, name: str, match: Match, interaction: Interaction) -> Iterator[Finding]:
        for problem in self.problems(match, interaction):
            yield Finding(
                code=problem.code,
                severity=problem.code.severity,
                message=problem.message,
                cassette=name,
                line=problem.line,
                interaction=interaction.index,
                provider=match.contract.provider,
                operation=match.operation.name,
                side=problem.side,
                event=problem.event,
                instance_path=problem.instance_path,
                schema_path=problem.schema_path,
                hint=problem.hint,
            )


def unreadable(path: Path, error: CassetteError) -> Finding:
    """Turn the reason why a file cannot be read into a finding."""
    where = "" if not error.pointer else f" (at {error.pointer})"
    return _finding(Code.UNREADABLE_CASSETTE, error.message + where, str(path), error.line or 1, hint=error.hint)


def _unmatched(name: str, match: Unmatched, interaction: Interaction) -> Finding:
    request = interaction.request
    if match.contract is None:
        message = f"no contract declares the host {match.host!r}"
        hint = "Add it to `hosts` of a contract, or write one: see docs/how-to/write-a-contract.md."
    else:
        message = f"no operation of {match.contract.provider} matches {request.method} {match.path}"
        hint = f"The nearest: {', '.join(match.nearest)}." if match.nearest else "Declare it in contract.toml."
    provider = match.contract.provider if match.contract else None
    return _finding(
        Code.UNMATCHED, message, name, interaction.line, hint=hint, interaction=interaction.index, provider=provider
    )


def _finding(
    code: Code,
    message: str,
    name: str,
    line: int,
    *,
    hint: str | None,
    interaction: int | None = None,
    provider: str | None = None,
) -> Finding:
    return Finding(
        code=code,
        severity=code.severity,
        message=message,
        cassette=name,
        line=line,
        interaction=interaction,
        provider=provider,
        hint=hint,
    )
