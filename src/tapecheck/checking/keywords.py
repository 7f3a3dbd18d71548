"""From the path that an engine reports to the keyword itself: which schema file, where in it, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin

from tapecheck.contracts import Schema
from tapecheck.model import JSONValue, parse_pointer, pointer, resolve


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


def locate(schemas: Mapping[str, Schema], uri: str, evaluation_path: Sequence[str | int]) -> Keyword:
    """Walk an evaluation path from a schema to its keyword, through every `$ref`, written out in the path or not.

    Raises:
        LookupError: the path leads nowhere.
    """
    base, place, current = enter(schemas, uri)
    holder: Mapping[str, JSONValue] = {}
    for part in evaluation_path:
        while (reference := _reference(current, part)) is not None:
            base, place, current = enter(schemas, urljoin(base, reference))
            if part == "$ref":
                break
        else:
            holder = current if isinstance(current, dict) else holder
            current, place = resolve(current, (part,)), (*place, part)
    return Keyword(name=str(place[-1]), value=current, schema=holder, uri=f"{base}#{pointer(place)}")


def file_of(schemas: Mapping[str, Schema], uri: str) -> str:
    """Return the path of a schema's file, with the JSON pointer of a place in it as fragment."""
    base, fragment = urldefrag(uri)
    return f"{schemas[base].path}#{fragment}"


def enter(schemas: Mapping[str, Schema], uri: str) -> tuple[str, tuple[str | int, ...], JSONValue]:
    """Return the URI of the file that a URI leads into, the path within it, and what stands there."""
    base, fragment = urldefrag(uri)
    place = parse_pointer(unquote(fragment))
    return base, place, resolve(dict(schemas[base].document), place)


def _reference(current: JSONValue, part: str | int) -> str | None:
    """Return the `$ref` that has to be followed to get to a part, None where the part is here."""
    if isinstance(current, dict) and isinstance(reference := current.get("$ref"), str):
        return reference if part == "$ref" or part not in current else None
    return None
