"""Deliveries held against the contracts of their senders, before anything is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from backend.logs import logger
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.ledger import Held, Notes
from backend.webhooks.source import Source

if TYPE_CHECKING:
    from tapecheck import DeliveryContracts

_UNDECLARED: Final = "TC203"
"""The code of an event that the contract does not have: news of the sender's, which must not stop anything."""

_LARGE: Final = 32 * 1024
"""Bytes of a body that take longer, a megabyte up to seconds, than requests may be kept waiting."""


@cache
def bundled_contracts() -> DeliveryContracts:
    """Return the contracts that come with tapecheck; they are read once."""
    from tapecheck import DeliveryContracts

    return DeliveryContracts.load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found.

    Attributes:
        findings: `code`, `message` and `instance_path` of each, the last a JSON pointer into the body.
        broken: whether the contract is broken, so that the delivery must not be processed.
    """

    findings: Sequence[Mapping[str, str | None]] = ()
    broken: bool = False


class Inspector:
    """Holds deliveries against contracts.

    Args:
        contracts: returns them, when the first delivery needs them.
        sources: tell which contract a delivery falls under.
    """

    def __init__(self, contracts: Callable[[], DeliveryContracts], sources: Mapping[str, Source]) -> None:
        self._contracts = contracts
        self._sources = sources

    def inspect(self, delivery: Delivery) -> Inspection:
        """Hold a delivery against its contract; where there is none, nothing is found."""
        source = self._sources.get(delivery.source)
        if source is None or source.contract is None or (source.nameless and delivery.event is None):
            return Inspection()
        checked = self._contracts().check(source.contract, delivery.headers, delivery.body)
        findings = [
            {"code": finding.code, "message": finding.message, "instance_path": finding.instance_path}
            for finding in checked.findings
        ]
        return Inspection(findings=findings, broken=any(finding["code"] != _UNDECLARED for finding in findings))

    async def look(self, held: Held) -> Notes:
        """Return what there is to note of a delivery before its first attempt; before others it is nothing."""
        if held.attempts:
            return Notes()
        delivery = held.delivery
        if held.earlier is not None:
            logger().warning("webhook_repeated", delivery=delivery.id, source=delivery.source, earlier=held.earlier)
        seen = Inspection() if delivery.released else await self._inspect_aside(delivery)
        return Notes(findings=seen.findings or None, broken=seen.broken, repeats=held.earlier)

    async def _inspect_aside(self, delivery: Delivery) -> Inspection:
        if len(delivery.body) <= _LARGE:
            return self.inspect(delivery)
        return await asyncio.to_thread(self.inspect, delivery)
