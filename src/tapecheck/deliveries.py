"""For applications: hold a delivery that has just come against its provider's contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tapecheck.checking import RustEngine, sound
from tapecheck.checking.delivery import read_delivery_of
from tapecheck.checking.problem import Problem, Validation
from tapecheck.checking.rules.deliveries import delivered_event
from tapecheck.contracts import Contracts, bundled_contracts
from tapecheck.model import Body, Headers, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFinding:
    """One thing that a contract says against a delivery.

    Attributes:
        code: such as `TC110`, see docs/reference/findings.md.
        severity: `error` or `warning`.
        message: what was got and what the contract says.
        instance_path: JSON pointer into the body; None where it is about all of it.
        schema_path: file of the schema, with the JSON pointer of the keyword as fragment.
        hint: the nearest alternative, or what to do next.
    """

    code: str
    severity: str
    message: str
    instance_path: str | None
    schema_path: str | None
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDelivery:
    """What a contract says of a delivery.

    Attributes:
        event: its name, as the delivery says; None where it says none, or where the provider has no contract.
        findings: what breaks the contract (`TC109`, `TC110`), or is an event that it does not know (`TC203`).
    """

    event: str | None
    findings: tuple[DeliveryFinding, ...]


class DeliveryContracts:
    """The contracts of deliveries, for the life of an application; schemas are compiled when they are first needed.

    Args:
        contracts: of all providers.
    """

    def __init__(self, contracts: Contracts) -> None:
        engine = RustEngine(contracts.schemas)
        self._contracts = contracts
        self._validation = Validation(engine=engine, annotator=engine, schemas=contracts.schemas)

    @classmethod
    def load(cls, folder: Path | None = None) -> DeliveryContracts:
        """Read the contracts of a folder; None is for those that come with tapecheck.

        Raises:
            ContractError: a contract is broken.
        """
        return cls(sound(folder or bundled_contracts()))

    def check(self, provider: str, headers: Iterable[tuple[str, str]], body: bytes) -> CheckedDelivery:
        """Hold a delivery against a provider's contract; its signature is not looked at, and neither is drift.

        Args:
            provider: who has sent it; one without a contract of deliveries gets no findings.
            headers: names in any case, and values.
            body: as it came.
        """
        contract = self._contracts.by_provider.get(provider)
        if contract is None or contract.webhooks is None:
            return CheckedDelivery(event=None, findings=())
        request = Request(method="POST", uri="", headers=Headers(tuple(headers)), body=Body(content=body))
        delivery = read_delivery_of(contract, contract.webhooks, request)
        found = tuple(map(_finding, delivered_event(delivery, self._validation)))
        return CheckedDelivery(event=delivery.match.event, findings=found)


def _finding(problem: Problem) -> DeliveryFinding:
    return DeliveryFinding(
        code=problem.code.value,
        severity=problem.code.severity.value,
        message=problem.message,
        instance_path=problem.instance_path,
        schema_path=problem.schema_path,
        hint=problem.hint,
    )
