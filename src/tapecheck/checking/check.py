"""One cassette against the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from tapecheck.cassettes import Source, read
from tapecheck.checking.delivery import Delivery, read_delivery
from tapecheck.checking.engine import ENGINES, RustEngine
from tapecheck.checking.exchange import read_exchange
from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.rules import RULES
from tapecheck.checking.rules.deliveries import delivered_drift, delivered_event, signature
from tapecheck.checking.secrets import Leak, Scanner, Veil, leaked_secrets, secrets_for
from tapecheck.contracts import Contract, Contracts, Match, Unmatched
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette, Code, Finding, Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What a single file gave.

    Attributes:
        interactions: how many are on it.
        unmatched: how many of them fall under no operation of any contract and are no delivery either.
        checked: (provider, operation) of each of the others, in order.
        findings: everything found, each with the severity of its code.
        source: who answered when it was recorded; None where nobody knows.
    """

    interactions: int = 0
    unmatched: int = 0
    checked: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    source: Source | None = None


@dataclass(slots=True)
class _Tally:
    unmatched: int = 0
    checked: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What an interaction falls under, and what there is to say of it; `unmatched` tells why it is nothing."""

    contract: Contract | None
    operation: str | None = None
    problems: Iterable[Problem] = ()
    unmatched: Unmatched | None = None

    def findings(self, path: Path, interaction: Interaction, problems: Iterable[Problem]) -> Iterator[Finding]:
        """Turn problems into findings."""
        for problem in problems:
            yield Finding(
                code=problem.code,
                severity=problem.code.severity,
                message=problem.message,
                cassette=str(path),
                line=problem.line,
                interaction=interaction.index,
                provider=self.contract.provider if self.contract else None,
                operation=self.operation,
                side=problem.side,
                event=problem.event,
                instance_path=problem.instance_path,
                schema_path=problem.schema_path,
                hint=problem.hint,
            )


class Checker:
    """Checks cassettes; schemas are compiled once, when they are first needed.

    Args:
        contracts: what to check against.
        engine: a key of `ENGINES`.
        secrets: with which each provider signs its deliveries.
    """

    def __init__(
        self,
        contracts: Contracts,
        engine: str = "jsonschema-rs",
        secrets: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        schemas = contracts.schemas
        annotator = RustEngine(schemas)
        chosen = annotator if engine == "jsonschema-rs" else ENGINES[engine](schemas)
        self._contracts = contracts
        self._secrets = secrets
        self._scanners = {one and one.provider: Scanner(secrets_for(contracts, one)) for one in (None, *contracts)}
        self._validation = Validation(engine=chosen, annotator=annotator, schemas=schemas)

    def check_file(self, path: Path, *, own: bool, secret: str | None = None) -> FileResult:
        """Read and check one cassette.

        Args:
            path: as findings shall name it.
            own: whether it is one of the project's own, whose every interaction has to fall under a contract (`TC301`).
            secret: with which its deliveries are signed, besides those of their provider.
        """
        try:
            return self.check_cassette(read(path), own=own, secret=secret)
        except CassetteError as error:
            return FileResult(findings=(unreadable(path, error),))

    def check_cassette(self, cassette: Cassette, *, own: bool, secret: str | None = None) -> FileResult:
        """Check a cassette that has been read; the arguments are those of `check_file`."""
        tally, path = _Tally(), cassette.path
        if not cassette.interactions:
            message, hint = "the cassette holds no interaction", "Record it again, or delete it."
            tally.findings.append(_about_file(Code.EMPTY_CASSETTE, path, message, hint))
        for interaction in cassette.interactions:
            look = self._look(interaction, secret)
            if look.contract is not None and look.operation is not None:
                tally.checked.append((look.contract.provider, look.operation))
            if look.unmatched is not None:
                tally.unmatched += 1
                tally.findings += [_unmatched(path, look.unmatched, interaction)] if own else []
            leaks = self.leaks(look.contract, interaction)
            tally.leaks += leaks
            problems = [*look.problems, *leaked_secrets(interaction, leaks)]
            tally.findings += look.findings(path, interaction, problems)
        return FileResult(
            interactions=len(cassette.interactions),
            unmatched=tally.unmatched,
            checked=tuple(tally.checked),
            findings=tuple(_veiled(tally.findings, tally.leaks)),
        )

    def _look(self, interaction: Interaction, secret: str | None) -> _Look:
        match = self._contracts.match(interaction.request.method, interaction.request.uri)
        if isinstance(match, Match):
            problems = self.problems(match, interaction)
            return _Look(contract=match.contract, operation=match.operation.name, problems=problems)
        delivery = read_delivery(self._contracts, interaction.request)
        if delivery is None:
            return _Look(contract=match.contract, unmatched=match)
        problems = self.delivery_problems(delivery, interaction, secret)
        return _Look(contract=delivery.match.contract, operation=delivery.operation, problems=problems)

    def problems(self, match: Match, interaction: Interaction) -> Iterator[Problem]:
        """Yield everything that any rule has to say about one interaction."""
        exchange = read_exchange(match, interaction)
        for rule in RULES:
            yield from rule(exchange, self._validation)

    def delivery_problems(
        self, delivery: Delivery, interaction: Interaction, secret: str | None = None
    ) -> Iterator[Problem]:
        """Yield everything that any rule has to say about one delivery."""
        known = self._secrets.get(delivery.match.contract.provider, ())
        yield from signature(delivery, (*known, *([] if secret is None else [secret])), interaction.line)
        yield from delivered_event(delivery, self._validation)
        yield from delivered_drift(delivery, self._validation)

    def leaks(self, contract: Contract | None, interaction: Interaction) -> list[Leak]:
        """Return the secrets of an interaction (`TC303`), which needs no contract."""
        return list(self._scanners[contract and contract.provider].find(interaction))


def _veiled(findings: list[Finding], leaks: list[Leak]) -> list[Finding]:
    """Take the secrets of a cassette out of all that is said of it: rules quote what they got."""
    if not leaks:
        return findings
    veil = Veil(leaks)
    return [
        replace(
            one,
            message=veil(one.message),
            instance_path=one.instance_path and veil(one.instance_path),
            hint=one.hint and veil(one.hint),
        )
        for one in findings
    ]


def unreadable(path: Path, error: CassetteError) -> Finding:
    """Turn the reason why a file cannot be read into a finding."""
    where = f" (at {error.pointer})" if error.pointer else ""
    finding = _about_file(Code.UNREADABLE_CASSETTE, path, error.message + where, error.hint)
    return replace(finding, line=error.line or 1)


def _unmatched(path: Path, match: Unmatched, interaction: Interaction) -> Finding:
    if match.contract is None:
        message = f"no contract declares the host {match.host!r}"
        hint = "Add it to `hosts` of a contract, or write one: see docs/how-to/write-a-contract.md."
    else:
        message = f"no operation of {match.contract.provider} matches {interaction.request.method} {match.path}"
        hint = f"The nearest: {', '.join(match.nearest)}." if match.nearest else "Declare it in contract.toml."
    provider = match.contract.provider if match.contract else None
    finding = _about_file(Code.UNMATCHED, path, message, hint)
    return replace(finding, line=interaction.line, interaction=interaction.index, provider=provider)


def _about_file(code: Code, path: Path, message: str, hint: str | None) -> Finding:
    return Finding(code=code, severity=code.severity, message=message, cassette=str(path), line=1, hint=hint)
