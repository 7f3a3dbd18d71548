from __future__ import annotations

import pytest
from redis import exceptions

from backend.outgoing.breakers.availability import PAUSE, Availability
from backend.tests.virtual_clock import VirtualClock


class Valkey:
    """Counts how often it came back."""

    def __init__(self, clock: VirtualClock) -> None:
        self.returns = 0
        self.availability = Availability(clock, self._return)

    def _return(self) -> None:
        self.returns += 1

    def fail(self, error: exceptions.RedisError) -> None:
        with self.availability.trying():
            raise error

    def answer(self) -> None:
        with self.availability.trying():
            pass


@pytest.fixture
def valkey(clock: VirtualClock) -> Valkey:
    return Valkey(clock)


def test_it_is_taken_to_be_there_until_a_try_fails(valkey: Valkey) -> None:
    valkey.answer()
    assert not valkey.availability.lost
    assert valkey.availability.may_try()
    assert valkey.returns == 0


@pytest.mark.parametrize(
    "kind", [exceptions.ConnectionError, exceptions.TimeoutError, exceptions.BusyLoadingError, exceptions.ReadOnlyError]
)
def test_one_try_in_each_pause_after_a_failure(
    valkey: Valkey, clock: VirtualClock, kind: type[exceptions.RedisError]
) -> None:
    valkey.fail(kind("x"))
    assert valkey.availability.lost
    assert not valkey.availability.may_try()
    for _ in range(3):
        clock.advance(PAUSE)
        assert [valkey.availability.may_try() for _ in range(3)] == [True, False, False]
        valkey.fail(kind("x"))


def test_it_tells_when_valkey_is_back_once(valkey: Valkey, clock: VirtualClock) -> None:
    valkey.fail(exceptions.ConnectionError("x"))
    clock.advance(PAUSE)
    assert valkey.availability.may_try()
    valkey.answer()
    valkey.answer()
    assert not valkey.availability.lost
    assert [valkey.availability.may_try() for _ in range(3)] == [True, True, True]
    assert valkey.returns == 1


def test_a_fault_of_our_own_is_not_taken_for_one_of_valkey(valkey: Valkey) -> None:
    with pytest.raises(ZeroDivisionError), valkey.availability.trying():
        raise ZeroDivisionError
    assert not valkey.availability.lost
