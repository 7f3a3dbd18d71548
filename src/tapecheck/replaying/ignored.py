"""What may differ between a request that is replayed and the one on tape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tapecheck.contracts import Pointer, Secrets
from tapecheck.errors import ConfigurationError
from tapecheck.model import ADDRESS, parse_pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Parts of requests that do not count.

    Attributes:
        fields: pointers into bodies, in which `*` is any name or index.
        query: names of parameters.
        address: other parts of URIs, by their names.
    """

    fields: tuple[Pointer, ...] = ()
    query: frozenset[str] = frozenset()
    address: frozenset[str] = frozenset()

    @classmethod
    def of(cls, paths: Iterable[str]) -> Ignored:
        """Read what is declared: JSON pointers, `?name` of the query, and other parts of the URI by their names.

        Raises:
            ConfigurationError: a path is nothing of these.
        """
        query, address, fields = set(), set(), []
        for path in paths:
            if path.startswith("?"):
                query.add(path[1:])
            elif path in ADDRESS:
                address.add(path)
            else:
                fields.append(_pointer(path))
        return cls(fields=tuple(fields), query=frozenset(query), address=frozenset(address))

    @classmethod
    def secret(cls, secrets: Secrets) -> Ignored:
        """Return what no tape holds, as a contract calls it a secret."""
        return cls(fields=secrets.fields, query=secrets.query)

    def __or__(self, other: Ignored) -> Ignored:
        """Return what either ignores."""
        return Ignored(
            fields=self.fields + other.fields,
            query=self.query | other.query,
            address=self.address | other.address,
        )


def _pointer(path: str) -> Pointer:
    try:
        return parse_pointer(path)
    except ValueError as error:
        hint = (
            "Name a part of the body, such as '/messages/*/id', a parameter of the query, such as '?page', or 'host'."
        )
        raise ConfigurationError(f"a path that may differ between requests: {error}", hint=hint) from error
