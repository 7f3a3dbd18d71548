"""TC104: a status that the operation does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from tapecheck.checking.exchange import Exchange
from tapecheck.checking.problem import Problem, Validation
from tapecheck.model import Code, Side


def status(exchange: Exchange, validation: Validation) -> Iterator[Problem]:
    """Yield a problem if the contract does not know the status."""
    operation, response = exchange.operation, exchange.interaction.response
    if response.status in operation.success | operation.errors:
        return
    declared = ", ".join(str(one) for one in sorted(operation.success | operation.errors))
    yield Problem(
        code=Code.STATUS,
        message=f"got status {response.status}, the operation {operation.name} declares {declared}",
        side=Side.RESPONSE,
        line=exchange.interaction.line,
        hint="If the provider documents it, add it to `errors` or `success` in contract.toml.",
    )
