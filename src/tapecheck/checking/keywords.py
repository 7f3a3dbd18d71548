"""From the path that an engine reports to the keyword itself: which schema file, where in it, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urldefrag, urljoin

from tapecheck.contracts import Schema
from tapecheck.model import JSONValue, parse_pointer, pointer, resolve

_NUMERAL = re.compile(r"\+?[0-9]{1,20}")
_WHOLE = "/?:@!$&'()*+,;="  # what a fragment holds as it is (RFC 3986, 3.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A keyword of a schema.

    Attributes:
        name: such as `required`.
        value: what the schema says there.
        schema: the schema object that it stands in.
        uri: of the schema's file, with the JSON pointer of the keyword as fragment.
    """

    name: str
    value: JSONValue
    schema: Mapping[str, JSONValue]
    uri: str

    def file(self, schemas: Mapping[str, Schema]) -> str:
        """Return the path of the schema's file, with the JSON pointer of the keyword as fragment."""
        return file_of(schemas, self.uri)


def locate(schemas: Mapping[str, Schema], uri: str, evaluation_path: Sequence[str | int]) -> str:
    """Walk an evaluation path from a schema to a keyword, through every `$ref`, and return the URI of the keyword.

    Raises:
        LookupError: the path leads nowhere.
    """
    base, place, current = enter(schemas, uri)
    for part in evaluation_path:
        reference = current.get("$ref") if isinstance(current, dict) else None
        if part == "$ref" and isinstance(reference, str):  # it is no string where it is the name of a field
            base, place, current = enter(schemas, urljoin(base, reference))
        else:
            step = name_of(current, part)
            current, place = resolve(current, (step,)), (*place, step)
    return f"{base}#{quote(pointer(place), safe=_WHOLE)}"


def name_of(holder: JSONValue, part: str | int) -> str | int:
    """Return a part of a path as it stands in its holder; jsonschema-rs 0.60 takes the names `+1` and `01` for 1."""
    if not isinstance(holder, dict) or str(part) in holder:
        return str(part) if isinstance(holder, dict) else part
    return next((name for name in holder if _NUMERAL.fullmatch(name) and int(name) == part), part)


def path_in(value: JSONValue, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return a path into a value, each part as it stands there."""
    found: tuple[str | int, ...] = ()
    for part in path:
        step = name_of(value, part)
        value, found = resolve(value, (step,)), (*found, step)
    return found


def keyword_at(schemas: Mapping[str, Schema], uri: str) -> Keyword:
    """Return the keyword that a URI leads to.

    Raises:
        LookupError: it leads nowhere.
    """
    base, place, value = enter(schemas, uri)
    holder = resolve(dict(schemas[base].document), place[:-1])
    name = str(place[-1]) if place else ""
    return Keyword(name=name, value=value, schema=holder if isinstance(holder, dict) else {}, uri=uri)


def file_of(schemas: Mapping[str, Schema], uri: str) -> str:
    """Return the path of a schema's file, with the JSON pointer of a place in it as fragment."""
    base, fragment = urldefrag(uri)
    return f"{schemas[base].path}#{fragment}"


def enter(schemas: Mapping[str, Schema], uri: str) -> tuple[str, tuple[str | int, ...], JSONValue]:
    """Return the URI of the file that a URI leads into, the path within it, and what stands there."""
    base, fragment = urldefrag(uri)
    place = parse_pointer(unquote(fragment))
    return base, place, resolve(dict(schemas[base].document), place)
