"""Header fields, in whichever of the shapes recorders have given them."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from tapecheck.cassettes.fields import Field, Record, members
from tapecheck.cassettes.tree import is_python_object
from tapecheck.model import Headers

_PAIR = 2
_TEXT = "tag:yaml.org,2002:str"


def headers(field: Field | None) -> Headers:
    """Return header fields from a mapping of names to a value or a list of values, or from a list of pairs.

    Raises:
        CassetteError: they are neither.
    """
    return Headers() if field is None or field.is_null else Headers(tuple(_fields(_plain(field))))


def _plain(field: Field) -> Field:
    """Return the data from which a multidict was made: its first argument, or its items."""
    while is_python_object(field.node):
        inner = _first(field) if field.is_list else _state(field.record())
        if inner is None:
            return field.at(yaml.MappingNode("tag:yaml.org,2002:map", [], field.node.start_mark), "headers")
        field = inner
    return field


def _state(record: Record) -> Field | None:
    arguments = record.get("args")
    return record.get("dictitems") if arguments is None else _first(arguments)


def _first(field: Field) -> Field | None:
    return next(field.items(), None)


def _is_pairs(field: Field) -> bool:
    return all(isinstance(item.node, yaml.SequenceNode) and len(item.node.value) == _PAIR for item in field.items())


def _fields(field: Field) -> Iterator[tuple[str, str]]:
    node = field.node
    if isinstance(node, yaml.MappingNode):
        for name, value in members(node):
            for text in _values(field, name, value):
                yield name, text
    elif isinstance(node, yaml.SequenceNode) and _is_pairs(field):
        for pair in field.items():
            name_field, value_field = pair.items()
            yield _name(name_field), value_field.text()
    else:
        raise field.wrong("a mapping of names to values")


def _name(field: Field) -> str:
    return next(field.items()).text() if field.is_list else field.text()


def _values(field: Field, name: str, node: yaml.Node) -> Iterator[str]:
    for item in node.value if isinstance(node, yaml.SequenceNode) else (node,):
        if item.tag == _TEXT and isinstance(item, yaml.ScalarNode):
            yield item.value
        else:
            value = field.at(item, name)
            yield "" if value.is_null else value.text()
