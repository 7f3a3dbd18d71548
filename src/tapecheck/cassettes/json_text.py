"""Parsed data back to the JSON text that was sent."""

from __future__ import annotations

import json
import re

import yaml

from tapecheck.cassettes.fields import members

_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_BARE_POINT = re.compile(r"\.(?!\d)")
_TRUE = frozenset({"true", "yes", "on"})


def json_text(node: yaml.Node) -> str:
    """Return compact JSON of a node, its numbers as they are written wherever JSON can write them so.

    A scalar that only YAML 1.1 takes for a number (`12:30:45`, `1_000`, `007`) or for a date is text, as the recorders
    mean it; so are infinity and NaN, which JSON has not.
    """
    if isinstance(node, yaml.MappingNode):
        pairs = (f"{_quoted(name)}:{json_text(value)}" for name, value in dict(members(node)).items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(node, yaml.SequenceNode):
        return "[" + ",".join(map(json_text, node.value)) + "]"
    return _scalar(node.tag.removeprefix(_TAG), str(node.value))


def _scalar(tag: str, value: str) -> str:
    if tag == "null":
        return "null"
    if tag == "bool":
        return "true" if value.lower() in _TRUE else "false"
    if tag in ("int", "float"):
        return _number(value)
    return _quoted(value)


def _number(value: str) -> str:
    """Return a number of YAML as JSON writes it: `+1` as `1`, `.5` as `0.5`, `1.` as `1.0`."""
    text = _BARE_POINT.sub(".0", value.removeprefix("+"))
    text = f"0{text}" if text.startswith(".") else text
    return text if _NUMBER.fullmatch(text) else _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
