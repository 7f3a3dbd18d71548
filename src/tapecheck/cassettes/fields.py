"""Typed access to the nodes of a cassette, with errors that say which field of which interaction is wrong."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.places import line_of
from tapecheck.cassettes.tree import BINARY, is_python_object
from tapecheck.errors import CassetteError
from tapecheck.model import pointer

_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_DIGITS = 10
_SHOWN = 10
_SHOWN_LENGTH = 40


@dataclass(slots=True)
class Allowance:
    """The bytes that the bodies of one file may still unpack to."""

    left: int


@dataclass(frozen=True, slots=True)
class Document:
    """What holds for all nodes of one file.

    Attributes:
        path: of the file.
        limits: the bounds of this reading.
        breaks: where the text has line ends that only YAML knows.
        allowance: what remains of `limits.bodies_bytes`.
    """

    path: Path
    limits: Limits
    breaks: tuple[int, ...] = ()
    allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        """Grant the allowance."""
        object.__setattr__(self, "allowance", Allowance(self.limits.bodies_bytes))


@dataclass(frozen=True, slots=True)
class Field:
    """A node and the way that leads to it."""

    document: Document
    node: yaml.Node
    parts: tuple[str | int, ...] = ()

    @property
    def line(self) -> int:
        """Return the 1-based line on which the node starts."""
        return line_of(self.node.start_mark, self.document.breaks)

    @property
    def is_null(self) -> bool:
        """Tell whether the field is there without a value."""
        return self.node.tag == _NULL and isinstance(self.node, yaml.ScalarNode)

    @property
    def is_literal(self) -> bool:
        """Tell whether the node is a literal block."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style == "|"

    @property
    def is_list(self) -> bool:
        """Tell whether the node is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Tell whether the node is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def fail(self, problem: str, hint: str | None = None) -> CassetteError:
        """Return the error that something is wrong with this field."""
        number = next((part for part in self.parts if isinstance(part, int)), None)
        place = "" if number is None else f"interaction {number}: "
        return CassetteError(
            place + problem, path=self.document.path, line=self.line, pointer=pointer(self.parts), hint=hint
        )

    def wrong(self, expected: str) -> CassetteError:
        """Return the error that the field has the wrong type."""
        return self.fail(f"got {self._kind} as {self.name}, expected {expected}")

    @property
    def _kind(self) -> str:
        if self.is_null:
            return "nothing"
        return "a list" if self.is_list else "a mapping" if self.is_mapping else "a single value"

    @property
    def name(self) -> str:
        """Return the last part of the way."""
        return f"'{self.parts[-1]}'" if self.parts else "the file"

    def at(self, node: yaml.Node, part: str | int) -> Field:
        """Return a node below this one."""
        return Field(self.document, node, (*self.parts, part))

    def items(self) -> Iterator[Field]:
        """Iterate over a list; a list without a value is empty.

        Raises:
            CassetteError: the field is no list.
        """
        if self.is_null:
            return
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("a list")
        for index, node in enumerate(self.node.value):
            yield self.at(node, index)

    def record(self) -> Record:
        """Return the members of a mapping; the last of a repeated name wins, as in PyYAML.

        Raises:
            CassetteError: the field is no mapping.
        """
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("a mapping")
        return Record(self, dict(members(self.node)))

    def text(self) -> str:
        """Return a scalar as it is written, whatever type YAML takes it for.

        Raises:
            CassetteError: the field is no scalar, or has no value.
        """
        node = self.node
        if not isinstance(node, yaml.ScalarNode) or self.is_null:
            raise self.wrong("text")
        if node.tag not in BINARY:
            return str(node.value)
        try:
            return base64.b64decode(node.value).decode("latin-1")
        except ValueError as error:
            raise self.fail(f"got {self.name} as broken base64 ({error}), expected base64 under !!binary") from error

    def integer(self) -> int:
        """Return a whole number.

        Raises:
            CassetteError: the field is no scalar, or no whole number.
        """
        if self.is_null or not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong("a whole number")
        text = self.text()
        if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
            raise self.fail(f"got {text[:40]!r} as {self.name}, expected a whole number")
        return int(text)


@dataclass(frozen=True, slots=True)
class Record:
    """The members of a mapping."""

    field: Field
    nodes: dict[str, yaml.Node]

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a member."""
        return name in self.nodes

    @property
    def names(self) -> str:
        """Return the names in words, cut to what a message can hold."""
        names = [name[:_SHOWN_LENGTH] for name in sorted(self.nodes)[:_SHOWN]]
        return ", ".join([*names, "…"] if len(self.nodes) > _SHOWN else names) or "no fields"

    def get(self, name: str) -> Field | None:
        """Return a member, or None if it is missing or has no value."""
        node = self.nodes.get(name)
        field = None if node is None else self.field.at(node, name)
        return None if field is None or field.is_null else field

    def need(self, name: str) -> Field:
        """Return a member.

        Raises:
            CassetteError: it is missing.
        """
        node = self.nodes.get(name)
        if node is None:
            raise self.field.fail(f"got {self.names} in {self.field.name}, expected a field '{name}' too")
        return self.field.at(node, name)


def members(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    """Iterate over the names and values of a mapping; those of its merge keys (`<<`) come first, as its own win."""
    own = []
    for key, value in node.value:
        if key.tag == _TEXT:
            own.append((key.value, value))
        elif key.tag == _MERGE:
            yield from _merged(value)
        else:
            own.append((_key(key), value))
    yield from own


def _merged(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from members(node)
    elif isinstance(node, yaml.SequenceNode):
        for item in reversed(node.value):
            yield from _merged(item)


def _key(node: yaml.Node) -> str:
    """Return the name of a member; a Python string object is the text that it was made from."""
    while isinstance(node, yaml.SequenceNode) and len(node.value) == 1 and is_python_object(node):
        node = node.value[0]
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
