"""Finds the secrets of an interaction, and hides them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, unquote_plus

from tapecheck.checking.secrets.bodies import FORM, Texts, form_or_events
from tapecheck.checking.secrets.judging import LEAST
from tapecheck.checking.secrets.messages import edit_interaction, edit_uri, header_place
from tapecheck.checking.secrets.names import is_cookie, is_telling
from tapecheck.checking.secrets.places import Leak
from tapecheck.checking.secrets.prefilter import Prefilter, is_disguised
from tapecheck.checking.secrets.redactor import Redactor
from tapecheck.checking.secrets.shapes import Shape, declared_shapes, general_shapes
from tapecheck.contracts import Contract, Contracts, Secrets
from tapecheck.model import Headers, Interaction, Request, Response, Side

_KEY = "a secret of a form that a contract declares"
_ACCOUNT = "an account"

_LONG = re.compile(r"[^\s;=<>*]{16}")  # a value without this is no secret by its look


@dataclass(frozen=True, slots=True)
class _Hits:
    """What a search hit: the shapes that there may be; names and fields are looked for in any case."""

    shapes: tuple[Shape, ...]


class Scanner:
    """Knows what is secret.

    Args:
        secrets: what contracts say of it.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._shapes = (*general_shapes(), *declared_shapes(_KEY, secrets.shapes))
        self._accounts = declared_shapes(_ACCOUNT, secrets.account_shapes, judge="any")
        self._prefilter = Prefilter(self._shapes)
        self._listed = tuple(field[-1].encode() for field in secrets.fields if field)

    def find(self, interaction: Interaction) -> Iterator[Leak]:
        """Yield the secrets of an interaction: first of URI and headers, then of the bodies.

        Most interactions have none, so each is first searched, as it is written, for anything that may be part of one.
        """
        request, response = interaction.request, interaction.response
        head = "\n".join([unquote(request.uri), *_values(request.headers), *_values(response.headers)])
        contents = (head.encode("utf-8", "replace"), _searchable(request), _searchable(response))
        hits = self._hits(b"\n".join(contents))
        yield from self._in_heads(interaction, hits and self._hits(contents[0]))
        if hits:
            yield from self._in_body(request, Side.REQUEST, self._hits(contents[1]))
            yield from self._in_body(response, Side.RESPONSE, self._hits(contents[2]))

    def redact(self, interaction: Interaction) -> Interaction:
        """Hide all that `find` finds, all that the contract lists, and the accounts; other values stay as written."""
        redactor = Redactor(shapes=(*self._shapes, *self._accounts), thorough=True)
        return edit_interaction(interaction, redactor, self._secrets)

    def _hits(self, content: bytes) -> _Hits | None:
        """Return what may be in a content; None if nothing may."""
        if not self._prefilter.passes(content) and not any(field in content for field in self._listed):
            return None
        if is_disguised(content):
            return _Hits(self._shapes)
        return _Hits(tuple(shape for shape in self._shapes if shape.may_be_in(content)))

    def _in_heads(self, interaction: Interaction, hits: _Hits | None) -> list[Leak]:
        """Look at the URI and the headers; without hits, only at what is long and whose name tells of a secret."""
        redactor = Redactor(shapes=hits.shapes if hits else ())
        texts, request, secrets = Texts(redactor), interaction.request, self._secrets
        if hits or _LONG.search(request.uri, request.uri.find("?") % (len(request.uri) + 1)):
            edit_uri(request.uri, texts, secrets.query)
        for side, headers in ((Side.REQUEST, request.headers), (Side.RESPONSE, interaction.response.headers)):
            for name, value in headers:
                if hits or (self._tells(name) and _LONG.search(value)):
                    texts.text(value, header_place(name, side, secrets.headers))
        return redactor.leaks

    def _in_body(self, part: Request | Response, side: Side, hits: _Hits | None) -> list[Leak]:
        if hits is None:
            return []
        redactor = Redactor(shapes=hits.shapes)
        Texts(redactor, self._secrets.fields).body(part.body, part.headers.get("content-type"), side)
        return redactor.leaks

    def _tells(self, name: str) -> bool:
        return is_telling(name) or is_cookie(name) or name.lower() in self._secrets.headers


def _values(headers: Headers) -> Iterator[str]:
    return (value for _, value in headers if len(value) >= LEAST)


def _searchable(part: Request | Response) -> bytes:
    """Return a body for a search: a form without its percent-encoding."""
    content = part.body.content
    if content[:1] not in b"{[" and form_or_events(part.headers.get("content-type"), part.body) == FORM:
        return unquote_plus(content.decode("latin-1")).encode()
    return content


def secrets_for(contracts: Contracts, contract: Contract | None) -> Secrets:
    """Return what is secret at a provider: the places that its contract lists, and the shapes of all.

    Args:
        contracts: all of them; a key of one provider may leak to another.
        contract: of the provider that was called; None where no contract declares the host.
    """
    own = contract.secrets if contract is not None else Secrets()
    return replace(
        own,
        shapes=tuple(shape for one in contracts for shape in one.secrets.shapes),
        account_shapes=tuple(shape for one in contracts for shape in one.secrets.account_shapes),
    )
