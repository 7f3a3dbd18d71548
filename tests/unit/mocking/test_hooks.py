from __future__ import annotations

import pytest

from tapecheck.mocking.hooks import Function, Hooks


class Library:
    """A class of somebody else."""

    def answer(self) -> list[str]:
        """Say who has been asked."""
        return ["library"]


class Derived(Library):
    """A class that has no method of its own."""


def saying(name: str) -> object:
    def around(original: Function) -> Function:
        def answer(library: Library) -> list[str]:
            return [name, *original(library)]

        return answer

    return around


def put(hooks: Hooks, name: str) -> None:
    hooks.put(Library, "answer", saying(name))  # type: ignore[arg-type]


def test_a_hook_stands_before_the_original_and_looks_like_it() -> None:
    hooks = Hooks()
    put(hooks, "outer")
    assert Library().answer() == ["outer", "library"]
    assert Library.answer.__doc__ == "Say who has been asked."
    hooks.take_back()
    assert Library().answer() == ["library"]


def test_an_inner_session_hides_what_it_does_from_the_outer_one() -> None:
    outer, inner = Hooks(), Hooks()
    put(outer, "outer")
    put(inner, "inner")
    assert Library().answer() == ["inner", "library"]
    inner.take_back()
    assert Library().answer() == ["outer", "library"]
    outer.take_back()
    assert Library().answer() == ["library"]


def test_what_somebody_else_has_replaced_since_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "answer", Library.answer)  # is put back in the end
    hooks = Hooks()
    put(hooks, "ours")
    Library.answer = lambda self: ["theirs"]  # type: ignore[method-assign]
    hooks.take_back()
    assert Library().answer() == ["theirs"]


def test_taking_back_twice_is_taking_back_once() -> None:
    hooks = Hooks()
    put(hooks, "ours")
    hooks.take_back()
    hooks.take_back()
    assert Library().answer() == ["library"]


def test_a_method_that_the_class_itself_does_not_define_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"Derived itself has no 'answer'"):
        Hooks().put(Derived, "answer", saying("ours"))  # type: ignore[arg-type]
