"""Edits the texts of an interaction: URI, headers, bodies."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from tapecheck.checking.secrets.bodies import Texts
from tapecheck.checking.secrets.places import Edit, Place
from tapecheck.contracts import Secrets
from tapecheck.model import Headers, Interaction, Side


def edit_interaction(interaction: Interaction, edit: Edit, secrets: Secrets) -> Interaction:
    """Apply an edit to each text of an interaction; what it leaves alone stays as it is.

    Args:
        interaction: left as it is; a new one is returned.
        edit: gets the texts decoded, with their places.
        secrets: which places the contract calls secret.
    """
    texts, request, response = Texts(edit, secrets.fields), interaction.request, interaction.response
    return replace(
        interaction,
        request=replace(
            request,
            uri=edit_uri(request.uri, texts, secrets.query),
            headers=_headers(request.headers, Side.REQUEST, texts, secrets.headers),
            body=texts.body(request.body, request.headers.get("content-type"), Side.REQUEST),
        ),
        response=replace(
            response,
            headers=_headers(response.headers, Side.RESPONSE, texts, secrets.headers),
            body=texts.body(response.body, response.headers.get("content-type"), Side.RESPONSE),
        ),
    )


def edit_uri(uri: str, texts: Texts, listed: frozenset[str]) -> str:
    """Edit a URI: each segment of its path, and the parameters of its query and its fragment."""
    place = Place(side=Side.REQUEST, part="the URI", has_lines=False)
    rest, hash_, fragment = uri.partition("#")
    base, mark, query = rest.partition("?")
    base = texts.edit(base, place)
    if "%" in base:
        base = "/".join(_segment(one, texts, place) for one in base.split("/"))
    query = texts.pairs(query, place, "the query parameter", listed)
    fragment = texts.pairs(fragment, place, "the fragment's parameter", listed)
    return f"{base}{mark}{query}{hash_}{fragment}"


def _segment(segment: str, texts: Texts, place: Place) -> str:
    old = unquote(segment)
    new = texts.edit(old, place)
    return segment if new == old else quote(new)


def _headers(headers: Headers, side: Side, texts: Texts, listed: frozenset[str]) -> Headers:
    return Headers(tuple((name, texts.text(value, header_place(name, side, listed))) for name, value in headers))


def header_place(name: str, side: Side, listed: frozenset[str]) -> Place:
    """Return the place of a header's value."""
    return Place(side=side, part=f"the header {name!r}", name=name, listed=name.lower() in listed, has_lines=False)
