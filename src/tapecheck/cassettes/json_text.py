"""Parsed data back to the JSON text that was sent."""

from __future__ import annotations

import json
import re

import yaml

from tapecheck.cassettes.fields import members

_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_YAML_NUMBER = re.compile(r"[-+]?(?:\d+|\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TRUE = frozenset({"true", "yes", "on"})


def json_text(node: yaml.Node) -> str:
    """Return compact JSON of a node, its numbers as they are written wherever JSON can write them so.

    A scalar that only YAML 1.1 takes for a number (`12:30:45`, `1_000`) or for a date is text, as in YAML 1.2 and as
    the recorders mean it.
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
    if _NUMBER.fullmatch(value):
        return value
    if _YAML_NUMBER.fullmatch(value):
        whole, point, rest = value.removeprefix("+").partition(".")
        digits = whole.lstrip("-").lstrip("0") or "0"
        text = f"{'-' if whole.startswith('-') else ''}{digits}" + (point and f".{rest or '0'}")
        return text if _NUMBER.fullmatch(text) else json.dumps(float(value))
    return _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
