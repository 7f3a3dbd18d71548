"""All contracts of a run, and which of them an interaction falls under."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from tapecheck.contracts.schema import Schema
from tapecheck.contracts.values import Contract, Operation
from tapecheck.contracts.webhooks import Webhooks
from tapecheck.errors import ContractError
from tapecheck.model import Headers, JSONValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The contract and the operation that an interaction falls under."""

    contract: Contract
    operation: Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Why no operation matches.

    Attributes:
        host: the host that was called.
        contract: whose host it is; None where no contract declares it.
        path: the path that was called.
        nearest: the operations that come nearest, best first, as `METHOD path`.
    """

    host: str
    contract: Contract | None
    path: str
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryMatch:
    """The contract that a request is a delivery of, and what it delivers.

    Attributes:
        contract: of the provider.
        webhooks: what the contract says of deliveries.
        event: the name that the delivery gives its event; None where it gives none.
        schema: of the event; None where the contract does not declare it.
    """

    contract: Contract
    webhooks: Webhooks
    event: str | None
    schema: Schema | None

    @classmethod
    def of(cls, contract: Contract, webhooks: Webhooks, headers: Headers, body: JSONValue) -> DeliveryMatch:
        """Name what a delivery of this provider delivers."""
        event = webhooks.event(headers, body)
        schema = webhooks.events.get(event) if event is not None else None
        return cls(contract=contract, webhooks=webhooks, event=event, schema=schema)


@dataclass(frozen=True, slots=True)
class Contracts:
    """An immutable registry of contracts by provider; adding one returns a new registry."""

    by_provider: Mapping[str, Contract] = field(default_factory=lambda: MappingProxyType({}))

    def __iter__(self) -> Iterator[Contract]:
        """Iterate over the contracts in the order of their providers' names."""
        return iter(self.by_provider[name] for name in sorted(self.by_provider))

    def __len__(self) -> int:
        """Return how many contracts there are."""
        return len(self.by_provider)

    def with_contract(self, contract: Contract) -> Contracts:
        """Return a registry that also holds this contract.

        Raises:
            ContractError: another contract declares one of its hosts.
        """
        for other in self:
            if shared := sorted(set(other.hosts) & set(contract.hosts)):
                raise ContractError(
                    f"the host {shared[0]!r} is declared by {other.provider!r} too",
                    path=contract.path,
                    hint="A host belongs to one contract.",
                )
        return replace(self, by_provider=MappingProxyType({**self.by_provider, contract.provider: contract}))

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """Return every schema of every contract by its URI."""
        return {uri: schema for contract in self for uri, schema in contract.schemas.items()}

    def match(self, method: str, uri: str) -> Match | Unmatched:
        """Find the operation of a request.

        Args:
            method: in any case.
            uri: absolute; query and fragment do not count.
        """
        host, path = _host_and_path(uri)
        contract = self._of_host(host)
        if contract is None:
            return Unmatched(host=host, contract=None, path=path)
        for operation in contract.operations:
            if operation.method == method.upper() and any(template.matches(path) for template in operation.paths):
                return Match(contract=contract, operation=operation)
        return Unmatched(host=host, contract=contract, path=path, nearest=_nearest(contract, method.upper(), path))

    def match_delivery(self, headers: Headers, body: Callable[[Webhooks], JSONValue]) -> DeliveryMatch | None:
        """Find the provider that a request is a delivery of.

        Args:
            headers: of the request.
            body: what its body holds for a provider, each of which says where in a form its JSON is.
        """
        best, most = None, 0
        for contract in self:
            if (webhooks := contract.webhooks) is not None:
                value = body(webhooks)
                conditions = webhooks.recognises(headers, value)
                if conditions > most:
                    best, most = DeliveryMatch.of(contract, webhooks, headers, value), conditions
        return best

    def _of_host(self, host: str) -> Contract | None:
        """Return the contract that declares a host: the host itself before a pattern, the longest pattern first."""
        found = [(pattern, one) for one in self for pattern in one.hosts if _is_host(host, pattern)]
        return max(found, key=lambda pair: (pair[0] == host, len(pair[0])), default=(host, None))[1]


def _host_and_path(uri: str) -> tuple[str, str]:
    try:
        parts = urlsplit(uri)
        return (parts.hostname or "").rstrip("."), _decoded(parts.path) or "/"
    except ValueError:  # such as an unclosed bracket around an IPv6 address
        return "", uri


def _decoded(path: str) -> str:
    """Undo the percent-encoding of a path, but for slashes: one that is encoded does not part segments."""
    return "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))


def _is_host(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _nearest(contract: Contract, method: str, path: str) -> tuple[str, ...]:
    known = [f"{one.method} {template.text}" for one in contract.operations for template in one.paths]
    return tuple(difflib.get_close_matches(f"{method} {path}", known, n=3, cutoff=0.5))
