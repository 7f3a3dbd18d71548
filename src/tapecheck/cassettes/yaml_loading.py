"""YAML to nodes, each with its line; no object but text, lists and mappings is ever made of them."""

from __future__ import annotations

import re
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from functools import cache
from pathlib import Path

import yaml

from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.places import line_of, odd_breaks
from tapecheck.cassettes.tree import check_tree
from tapecheck.errors import CassetteError

_TEXT = "tag:yaml.org,2002:str"
_SEQUENCE = "tag:yaml.org,2002:seq"
_MAPPING = "tag:yaml.org,2002:map"
_UTF8_HINT = "save the file as UTF-8; a body that is no text belongs under !!binary"
_ANCHOR = re.compile(rb"&[\w-]")
_BEFORE_ANCHOR = frozenset(b",[]{}:?-\"'")


class _ExceededError(Exception):
    def __init__(self, what: str, node: yaml.Node | None) -> None:
        super().__init__(what)
        self.mark = None if node is None else node.start_mark


class _Bounded:
    """Counts nodes while they are composed: libyaml's binding recurses in C and would exhaust the stack.

    A node is resolved only if it has no tag, so with as many nodes as resolutions a file has no tags.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]]
    limits = Limits()
    entered = 0
    left = 0
    resolved = 0

    def descend_resolver(self, current_node: yaml.Node | None, _index: object) -> None:
        """Enter a node; PyYAML calls this for each, scalars included."""
        self.entered += 1
        if self.entered - self.left > self.limits.depth + 1:
            raise _ExceededError(f"lists and mappings nested deeper than {self.limits.depth}", current_node)

    def ascend_resolver(self) -> None:
        """Leave a node."""
        self.left += 1
        if self.left > self.limits.nodes:
            raise _ExceededError(f"more than {self.limits.nodes:,} values", None)

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """Return the tag of a node without one; as PyYAML does, less its paths and wildcards, which YAML has not."""
        self.resolved += 1
        if kind is not yaml.ScalarNode:
            return _SEQUENCE if kind is yaml.SequenceNode else _MAPPING
        if implicit[0]:
            for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                if pattern.match(value):
                    return tag
        return _TEXT


def compose(data: bytes, path: Path, limits: Limits) -> yaml.Node | None:
    """Return the root node of a YAML file, or None where it holds no document.

    Raises:
        CassetteError: the bytes are no YAML, nest too deep, expand too far, or carry a tag that stands for an object.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise CassetteError("got text in UTF-16, expected YAML text in UTF-8", path=path, line=1, hint=_UTF8_HINT)
    try:
        root, has_tags = _parse(data, limits)
    except yaml.reader.ReaderError as error:
        raise _no_text(data, path, error) from error
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(data, path, error) from error
    except _ExceededError as error:
        raise _too_much(data, path, error) from error
    if root is not None and (has_tags or _may_have_anchors(data)):
        check_tree(root, path, limits, odd_breaks(data))
    return root


def _parse(data: bytes, limits: Limits) -> tuple[yaml.Node | None, bool]:
    loader = _loader_class(bool(yaml.__with_libyaml__))(data)
    loader.limits = limits
    try:
        return loader.get_single_node(), loader.entered != loader.resolved
    finally:
        loader.dispose()


def _may_have_anchors(data: bytes) -> bool:
    """Tell whether an ampersand stands where an anchor may: without an anchor there can be no alias."""
    return any(
        match.start() == 0 or (before := data[match.start() - 1]) in _BEFORE_ANCHOR or not 0x20 < before < 0x80
        for match in _ANCHOR.finditer(data)
    )


@cache
def _loader_class(with_libyaml: bool) -> type:
    if with_libyaml:
        return type("_FastLoader", (_Bounded, yaml.CSafeLoader), {})
    warnings.warn(
        "this PyYAML has no libyaml, so cassettes are parsed 12 to 22 times slower: install a wheel of PyYAML",
        stacklevel=2,
    )
    return type("_PureLoader", (_Bounded, yaml.SafeLoader), {})


def _too_much(data: bytes, path: Path, error: _ExceededError) -> CassetteError:
    return CassetteError(
        f"got {error}, expected a cassette",
        path=path,
        line=_line(data, error.mark),
        hint="split the cassette, if it is one",
    )


def _line(data: bytes, mark: yaml.Mark | None) -> int | None:
    """Return the line of a mark; at the end of a file libyaml names the line after the last."""
    return None if mark is None else min(line_of(mark, odd_breaks(data)), data.count(b"\n") + 1)


def _no_text(data: bytes, path: Path, error: yaml.reader.ReaderError) -> CassetteError:
    position = error.position if isinstance(error.position, int) else 0
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return CassetteError(
        f"got the byte or character {code:#04x} ({error.reason}), expected YAML text in UTF-8",
        path=path,
        line=data.count(b"\n", 0, position) + 1,
        hint=_UTF8_HINT,
    )


def _no_yaml(data: bytes, path: Path, error: yaml.MarkedYAMLError) -> CassetteError:
    context = f" {error.context}" if error.context else ""
    return CassetteError(
        f"got no valid YAML: {error.problem}{context}, expected a cassette",
        path=path,
        line=_line(data, error.problem_mark or error.context_mark),
        hint="the file may be cut short or was edited by hand: mend that line, or record it again",
    )
