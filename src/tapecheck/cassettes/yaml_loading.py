"""YAML to nodes, each with its line; no object but text, lists and mappings is ever made of them."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path

import yaml

from tapecheck.cassettes.limits import Limits
from tapecheck.cassettes.tree import check_tree
from tapecheck.errors import CassetteError

_TEXT = "tag:yaml.org,2002:str"
_SEQUENCE = "tag:yaml.org,2002:seq"
_MAPPING = "tag:yaml.org,2002:map"
_ANCHOR = re.compile(rb"&[\w-]")
_BEFORE_ANCHOR = frozenset(b",[]{}:?-\"'")


class _Exceeded(Exception):  # noqa: N818 - a signal within this module
    def __init__(self, what: str, line: int | None) -> None:
        super().__init__(what)
        self.line = line


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
            raise _Exceeded(f"lists and mappings nested deeper than {self.limits.depth}", _line(current_node))

    def ascend_resolver(self) -> None:
        """Leave a node."""
        self.left += 1
        if self.left > self.limits.nodes:
            raise _Exceeded(f"more than {self.limits.nodes:,} values", None)

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
    loader = _loader_class(bool(yaml.__with_libyaml__))(data)
    loader.limits = limits
    try:
        root: yaml.Node | None = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        raise _no_text(data, path, error) from error
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(path, error) from error
    except _Exceeded as error:
        raise CassetteError(
            f"got {error}, expected a cassette", path=path, line=error.line, hint="raise the limit if the file is yours"
        ) from error
    finally:
        loader.dispose()
    if root is not None and (loader.entered != loader.resolved or _may_have_anchors(data)):
        check_tree(root, path, limits)
    return root


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


def _line(node: yaml.Node | None) -> int | None:
    return None if node is None else node.start_mark.line + 1


def _no_text(data: bytes, path: Path, error: yaml.reader.ReaderError) -> CassetteError:
    position = error.position if isinstance(error.position, int) else 0
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return CassetteError(
        f"got the byte or character {code:#04x} ({error.reason}), expected YAML text in UTF-8",
        path=path,
        line=data.count(b"\n", 0, position) + 1,
        hint="save the file as UTF-8; a body that is no text belongs under !!binary",
    )


def _no_yaml(path: Path, error: yaml.MarkedYAMLError) -> CassetteError:
    context = f" {error.context}" if error.context else ""
    mark = error.problem_mark or error.context_mark
    return CassetteError(
        f"got no valid YAML: {error.problem}{context}, expected a cassette",
        path=path,
        line=None if mark is None else mark.line + 1,
        hint="the file may be cut short or was edited by hand: mend that line, or record it again",
    )
