"""Which provider a request is for: by the host that it names, or by the first segment of its path."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from tapecheck.contracts import Contracts, Match, Unmatched
from tapecheck.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request leads.

    Attributes:
        uri: as the provider itself would have been asked.
        found: the operation, or why there is none; None where no provider is named.
    """

    uri: str
    found: Match | Unmatched | None


def route(contracts: Contracts, method: str, uri: str) -> Route:
    """Find the operation of a request.

    Args:
        contracts: of the providers that are stood in for.
        method: in any case.
        uri: absolute; its host is one of a contract's, or its path begins with the name of a provider.
    """
    found = contracts.match(method, uri)
    if isinstance(found, Match) or found.contract is not None:
        return Route(uri=uri, found=found)
    parts = urlsplit(uri)
    _, provider, *rest = f"{parts.path}".split("/", 2) if parts.path.startswith("/") else ("", "")
    contract = contracts.by_provider.get(provider)
    if contract is None or not contract.hosts:
        return Route(uri=uri, found=None)
    host = contract.hosts[0].replace("*", "any", 1)
    own = urlunsplit(("https", host, f"/{''.join(rest)}", parts.query, ""))
    return Route(uri=own, found=contracts.match(method, own))


def chosen(contracts: Contracts, providers: Iterable[str]) -> Contracts:
    """Return the contracts of some providers; all of them where none is named.

    Raises:
        UsageError: a provider has no contract.
    """
    names = tuple(providers) or tuple(contracts.by_provider)
    for name in names:
        if name not in contracts.by_provider:
            close = difflib.get_close_matches(name, contracts.by_provider, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"There are {', '.join(sorted(contracts.by_provider))}."
            raise UsageError(f"no contract of {name!r} is there", hint=hint)
    return Contracts(MappingProxyType({name: contracts.by_provider[name] for name in names}))
