"""What a YAML tree may hide: tags that stand for objects, and aliases that expand without end."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.places import line_of
from tapecheck.errors import CassetteError

BINARY = frozenset({"tag:yaml.org,2002:binary", "!binary"})
"""The standard tag of base64 text, and the one that older recorders of other languages write."""

_SHOWN_LENGTH = 200
_VALUE = 32
"""What a value weighs beside its characters."""

_PYTHON = "tag:yaml.org,2002:python/"
_CORE = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in (
        "null",
        "bool",
        "int",
        "float",
        "timestamp",
        "str",
        "seq",
        "map",
        "merge",
        "value",
        "set",
        "omap",
        "pairs",
    )
)
_AS_DATA = frozenset(
    f"{_PYTHON}{name}" for name in ("str", "unicode", "bytes", "tuple", "list", "dict", "none", "bool", "int")
)
_KNOWN = _CORE | BINARY | _AS_DATA
_HARMLESS_OBJECT = re.compile(
    re.escape(_PYTHON) + r"object/(?:apply|new):(?:multidict(?:\._multidict(?:_py)?)?\.\w+|_io\.BytesIO|builtins\.iter)"
)


def is_python_object(node: yaml.Node) -> bool:
    """Tell whether a node is one of the few Python objects that are read as the data they were made from."""
    return node.tag.startswith(_PYTHON) and _HARMLESS_OBJECT.fullmatch(node.tag) is not None


def check_tree(root: yaml.Node, path: Path, limits: Limits, breaks: tuple[int, ...]) -> None:
    """Refuse a tree with an unknown tag, or one that would be too large or too deep once its aliases are replaced.

    Raises:
        CassetteError: naming the tag or the bound, and the line.
    """
    _Survey(path, limits, breaks).visit(root)


class _Survey:
    """One walk over a tree; nodes that aliases share are measured once."""

    def __init__(self, path: Path, limits: Limits, breaks: tuple[int, ...]) -> None:
        self._path = path
        self._limits = limits
        self._breaks = breaks
        self._measured: dict[int, tuple[int, int] | None] = {}

    def visit(self, node: yaml.Node) -> tuple[int, int]:
        """Return the expanded size and the depth of a node."""
        if node.tag not in _KNOWN and not is_python_object(node):
            raise self._unknown_tag(node)
        if isinstance(node, yaml.ScalarNode):
            return len(node.value) + _VALUE, 0
        return self._shared(node)

    def _shared(self, node: yaml.Node) -> tuple[int, int]:
        if id(node) in self._measured:
            known = self._measured[id(node)]
            if known is None:
                raise self._refuse(node, "an alias that contains itself")
            return known
        self._measured[id(node)] = None
        size, depth = self._collection(node)
        if size > self._limits.expanded:
            raise self._refuse(node, f"aliases that expand to a size of more than {self._limits.expanded:,}")
        if depth > self._limits.depth:
            raise self._refuse(node, f"aliases that nest deeper than {self._limits.depth}")
        self._measured[id(node)] = size, depth
        return size, depth

    def _collection(self, node: yaml.Node) -> tuple[int, int]:
        size, depth = _VALUE, 0
        children = (
            node.value if isinstance(node, yaml.SequenceNode) else (child for pair in node.value for child in pair)
        )
        for child in children:
            child_size, child_depth = self.visit(child)
            size += child_size
            depth = max(depth, child_depth)
        return size, depth + 1

    def _unknown_tag(self, node: yaml.Node) -> CassetteError:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")[:_SHOWN_LENGTH]
        return CassetteError(
            f"got the tag {tag}, expected plain data: tapecheck never makes objects from a tag",
            path=self._path,
            line=line_of(node.start_mark, self._breaks),
            hint="remove the tag, or record the cassette again with a current recorder",
        )

    def _refuse(self, node: yaml.Node, what: str) -> CassetteError:
        return CassetteError(
            f"got {what}, expected a cassette",
            path=self._path,
            line=line_of(node.start_mark, self._breaks),
            hint="write the values out in place of the aliases",
        )
