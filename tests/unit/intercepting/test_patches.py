from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest  # noqa: TC002 - as in every test

from tapecheck.intercepting.patches import Patches


class Bell:
    def ring(self) -> str:
        return "ding"


def louder(original: Callable[[Bell], str]) -> Callable[[Bell], str]:
    return lambda bell: original(bell).upper()


def twice(original: Callable[[Bell], str]) -> Callable[[Bell], str]:
    return lambda bell: original(bell) * 2


def test_a_method_is_replaced_for_a_while() -> None:
    original = vars(Bell)["ring"]
    patches = Patches()
    patches.put(Bell, "ring", louder)
    assert Bell().ring() == "DING"
    patches.take_back()
    assert vars(Bell)["ring"] is original


def test_it_is_replaced_once() -> None:
    patches = Patches()
    patches.put(Bell, "ring", twice)
    patches.put(Bell, "ring", twice)
    assert Bell().ring() == "dingding"
    patches.take_back()
    assert Bell().ring() == "ding"


def test_it_is_replaced_once_though_two_threads_do_it_at_a_time() -> None:
    class Meanwhile(type):
        def __setattr__(cls, name: str, value: object) -> None:
            super().__setattr__(name, value)
            if not other.ident:
                other.start()
                other.join(0.1)  # it has to wait for this one, and would be done by now if it did not

    class Gong(metaclass=Meanwhile):
        def ring(self) -> str:
            return "gong"

    patches, original = Patches(), vars(Gong)["ring"]
    other = Thread(target=patches.put, args=(Gong, "ring", twice))
    patches.put(Gong, "ring", twice)
    other.join()
    assert Gong().ring() == "gonggong"
    patches.take_back()
    assert vars(Gong)["ring"] is original


def test_owners_stand_on_each_other() -> None:
    inner, outer = Patches(), Patches()
    inner.put(Bell, "ring", twice)
    outer.put(Bell, "ring", louder)
    assert Bell().ring() == "DINGDING"
    outer.take_back()
    assert Bell().ring() == "dingding"
    inner.take_back()
    assert Bell().ring() == "ding"


def test_what_somebody_else_has_put_there_since_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gong(Bell):
        def ring(self) -> str:
            return "gong"

    patches = Patches()
    patches.put(Gong, "ring", twice)
    monkeypatch.setattr(Gong, "ring", lambda bell: "dong")
    patches.take_back()
    assert Gong().ring() == "dong"


def test_what_is_taken_back_can_be_put_again() -> None:
    patches = Patches()
    for _ in range(2):
        patches.put(Bell, "ring", louder)
        assert Bell().ring() == "DING"
        patches.take_back()
    patches.take_back()
    assert Bell().ring() == "ding"
