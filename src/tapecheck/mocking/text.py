"""The text of a test: what it calls its mocks, and whether it looks at them."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from tapecheck.model import RunningTest

_LOOKS = frozenset(
    {
        *("assert_not_called", "called", "call_count", "call_args", "call_args_list", "mock_calls", "method_calls"),
        *("assert_not_awaited", "await_count", "await_args", "await_args_list", "calls", "assert_call_count"),
    }
)
"""What tells of the calls of a mock, a route or a registered answer, also that there were none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of a test as a tree.

    Attributes:
        function: the test.
        offset: what to add to its lines to have those of the file.
        decorators: their text.
    """

    function: ast.FunctionDef | ast.AsyncFunctionDef
    offset: int
    decorators: str

    @classmethod
    def read(cls, test: RunningTest) -> Text | None:
        """Read the text of a test; None where it cannot be had or is no function, such as a doctest."""
        try:
            tree = ast.parse(textwrap.dedent(test.source))
        except SyntaxError:
            return None
        match tree.body:
            case [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
                decorators = "\n".join(map(ast.unparse, function.decorator_list))
                return cls(function=function, offset=test.line - 1, decorators=decorators)
        return None

    def decorates(self, name: str) -> bool:
        """Tell whether a decorator of the test itself names something, and not one of its class."""
        return _mentions(self.decorators, name)

    def parameters(self) -> frozenset[str]:
        """Return the parameters, through which decorators hand in mocks."""
        arguments = self.function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        return frozenset(one.arg for one in every if one is not None) - {"self"}

    def names_at(self, line: int, attribute: str = "") -> frozenset[str]:
        """Return the names that something is given on a line of the file: by an assignment, or by `with … as …`.

        Args:
            line: of the file.
            attribute: what is patched there, which tells apart what is done on one line.
        """
        here = line - self.offset
        given = [
            (made, names) for made, names in _given(self.function) if made.lineno <= here <= (made.end_lineno or here)
        ]
        named = [(made, names) for made, names in given if _mentions(ast.unparse(made), attribute)]
        return frozenset(name for _, names in named or given for name in names)

    def looks_at(self, names: frozenset[str]) -> bool:
        """Tell whether the test uses something that goes by one of these names as a value, or asks for its calls."""
        for parts in _chains(self.function):
            if parts[-1] in names or (not names.isdisjoint(parts) and not _LOOKS.isdisjoint(parts)):
                return True
        return False


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _given(tree: ast.AST) -> Iterator[tuple[ast.expr, list[str]]]:
    """Yield each expression whose value is given names, with these: none for a `with` that gives none."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=made):
                yield made, [name for target in targets for name in _names(target)]
            case ast.NamedExpr(target=target, value=made):
                yield made, [target.id]
            case ast.withitem(context_expr=made, optional_vars=target):
                yield made, [] if target is None else list(_names(target))


def _names(target: ast.AST) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _chains(tree: ast.AST) -> Iterator[list[str]]:
    """Yield each whole chain of names that is read: of `a.b().c[0]` the parts `a`, `b`, `()`, `c`."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            parts: list[str] = []
            waiting += _unwound(node, parts)
            if parts and (isinstance(node, ast.Call) or isinstance(node.ctx, ast.Load)):
                yield parts
        else:
            waiting += ast.iter_child_nodes(node)


def _unwound(node: ast.AST, parts: list[str]) -> list[ast.AST]:
    """Put the parts of a chain in order, and return what else is within it: arguments and indexes."""
    others: list[ast.AST] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute():
                parts.insert(0, node.attr)
                node = node.value
            case ast.Call():
                parts.insert(0, "()")
                others += [*node.args, *node.keywords]
                node = node.func
            case ast.Subscript():
                others.append(node.slice)
                node = node.value
            case _:
                return [*others, node]
    parts.insert(0, node.id)
    return others
