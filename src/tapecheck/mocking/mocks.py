"""What mocks of unittest.mock are like inside. Nothing here calls one or reads an attribute that would make a child."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cached_property, partial
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, MethodType, ModuleType, WrapperDescriptorType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from unittest.mock import NonCallableMock

_DESCRIPTORS = (staticmethod, classmethod, MethodType)


def module() -> ModuleType:
    """Return unittest.mock, which has been imported wherever there is a mock."""
    return sys.modules["unittest.mock"]


def mock_of(value: object) -> NonCallableMock | None:
    """Return a mock, or the one within an autospecced function; None for anything else."""
    if issubclass(type(value), module().NonCallableMock):
        return cast("NonCallableMock", value)
    inner = vars(value).get("mock") if isinstance(value, FunctionType) else None
    return None if inner is None else mock_of(inner)


def class_of(mock: NonCallableMock) -> type:
    """Return the class that somebody wrote: each mock has one of its own."""
    return type(mock).__mro__[1]


def children(mock: NonCallableMock) -> Iterator[tuple[str, NonCallableMock]]:
    """Yield the attributes of a mock that are mocks themselves, and as `()` what it returns if that is one."""
    for name, child in [*vars(mock).get("_mock_children", {}).items(), ("()", returned(mock))]:
        if (found := mock_of(child)) is not None and found is not mock:
            yield name, found


def ids_below(mock: NonCallableMock) -> frozenset[int]:
    """Return the ids of all mocks below one."""
    found: set[int] = set()
    waiting = [mock]
    while waiting:
        below = [child for _, child in children(waiting.pop()) if id(child) not in found]
        found.update(map(id, below))
        waiting += below
    return frozenset(found)


def has_spec(mock: NonCallableMock) -> bool:
    """Tell whether a mock knows what it stands for: it has a spec, wraps something, or is sealed."""
    inside = vars(mock)
    known = inside.get("_mock_methods") is not None or inside.get("_spec_class") is not None
    return known or inside.get("_mock_wraps") is not None or bool(inside.get("_mock_sealed"))


def is_bare(mock: NonCallableMock) -> bool:
    """Tell whether nobody has configured or called a mock: it was made when somebody read an attribute."""
    given = returned(mock)
    inner = mock_of(given)  # autospec gives functions something to return, since Python 3.13
    is_plain = given is module().DEFAULT or (inner is not None and returned(inner) is module().DEFAULT)
    return is_plain and not any(_is_configured(one) for one in (mock, inner) if one is not None)


def _is_configured(mock: NonCallableMock) -> bool:
    return side_effect(mock) is not None or bool(_own(mock)) or bool(vars(mock).get("_mock_children"))


def holds_values(mock: NonCallableMock) -> bool:
    """Tell whether an attribute of a mock, or of one of its attributes, is no mock: who reads it leaves no trace."""
    seen: set[int] = set()
    waiting = [mock]
    while waiting:
        within = waiting.pop()
        if any(mock_of(value) is None for value in _own(within)) or _has_properties(within):
            return True
        seen.add(id(within))
        waiting += [child for name, child in children(within) if name != "()" and id(child) not in seen]
    return False


def _has_properties(mock: NonCallableMock) -> bool:
    """Tell whether somebody has set a `PropertyMock` on the class of a mock."""
    return any(not name.startswith("_") for name in vars(type(mock)))


def _own(mock: NonCallableMock) -> list[object]:
    """Return the attributes that somebody has set, unless they are mocks that `_mock_children` knows."""
    return [value for name, value in vars(mock).items() if not name.startswith("_") and name != "method_calls"]


def returned(mock: NonCallableMock) -> object:
    """Return what a mock returns when it is called; `unittest.mock.DEFAULT` where nobody has said so."""
    inside = vars(mock)
    delegate = inside.get("_mock_delegate")  # an autospecced function, which keeps what a test sets on it
    if delegate is None:
        return inside.get("_mock_return_value", module().DEFAULT)
    return vars(delegate).get("return_value", module().DEFAULT)


def side_effect(mock: NonCallableMock) -> object:
    """Return what a mock does when it is called, None where it just returns something."""
    inside = vars(mock)
    delegate = inside.get("_mock_delegate")
    return inside.get("_mock_side_effect") if delegate is None else vars(delegate).get("side_effect")


def code_of(value: object) -> object:
    """Return the function that a method, a property or a partial is made of; anything else as it is."""
    while True:
        if isinstance(value, _DESCRIPTORS):
            value = value.__func__
        elif isinstance(value, property) and value.fget is not None:
            value = value.fget
        elif isinstance(value, (cached_property, partial)):
            value = value.func
        else:
            return value


def definition_of(value: object) -> FunctionType | type:
    """Return the function or the class that something is; of anything else its class."""
    code = code_of(value)
    if not isinstance(code, (FunctionType, type)):
        code = inspect.getattr_static(code, "__wrapped__", code)  # as functools.lru_cache leaves it
    return code if isinstance(code, (FunctionType, type)) else type(code)


def is_builtin(value: object) -> bool:
    """Tell whether something is a function or a method written in C."""
    return isinstance(code_of(value), (BuiltinFunctionType, MethodDescriptorType, WrapperDescriptorType))


def runs(original: object, new: object) -> bool:
    """Tell whether a replacement runs what it replaces: a spy."""
    mock = mock_of(new)
    if mock is not None and vars(mock).get("_mock_wraps") is not None:
        return True
    effect = new if mock is None else side_effect(mock)
    wanted = code_of(original)
    while effect is not None:
        if code_of(effect) is wanted:
            return True
        effect = getattr(effect, "__wrapped__", None) if isinstance(effect, FunctionType) else None
    return False
