"""Which JSON Schemas OpenAI takes for strict tools, whose arguments then always fit.

OpenAI's guide to structured outputs: every object is closed and requires all its properties, and few keywords are
known. A schema that breaks these rules makes OpenAI refuse the whole request, so that we rather know fewer than more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backend.llm.protocol import JsonObject

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_DEPTH: Final = 5
"""How many levels of objects and arrays there may be."""

_KEYWORDS: Final = frozenset({"type", "description", "enum", "properties", "required", "additionalProperties", "items"})
_SCALARS: Final = frozenset({"string", "number", "integer", "boolean", "null"})


def close_schema(schema: JsonObject) -> JsonObject | None:
    """Return the schema with `additionalProperties: false` in each object, None where it cannot be strict."""
    return _close(schema, MAX_DEPTH) if schema.get("type") == "object" else None


def _close(schema: JsonValue, depth: int) -> JsonObject | None:
    if not isinstance(schema, dict) or schema.keys() - _KEYWORDS or depth == 0:
        return None
    match schema.get("type"):
        case "object":
            return _close_object(schema, depth - 1)
        case "array":
            items = _close(schema.get("items"), depth - 1)
            return None if items is None else schema | {"items": items}
        case str(scalar) if scalar in _SCALARS:
            return schema
    return None


def _close_object(schema: JsonObject, depth: int) -> JsonObject | None:
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return None
    closed = {name: _close(value, depth) for name, value in properties.items()}
    is_open = schema.get("additionalProperties", False) is not False
    if is_open or None in closed.values() or sorted(map(str, required)) != sorted(closed):
        return None
    return schema | {"properties": dict(closed), "additionalProperties": False}
