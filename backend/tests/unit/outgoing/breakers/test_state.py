from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from backend.outgoing.breakers.state import Admission, Condition, Limits, State, Verdict, admit, settle

LIMITS = Limits(failures=2, open_for=30_000, probe_for=60_000)


class Breaker:
    """A state with its time, which the tests move through a story."""

    def __init__(self) -> None:
        self.state = State()
        self.now = 1_000_000
        self._calls = 0

    def admit(self) -> Admission:
        self._calls += 1
        self.state, admission = admit(self.state, f"token {self._calls}", self.now, LIMITS)
        return admission

    def settle(self, admission: Admission, verdict: Verdict) -> None:
        self.state = settle(self.state, admission, verdict, self.now, LIMITS)

    def call(self, verdict: Verdict) -> None:
        admission = self.admit()
        assert admission.wait == 0
        self.settle(admission, verdict)

    def condition(self) -> Condition:
        return self.state.condition(self.now)

    def open(self) -> None:
        for _ in range(LIMITS.failures):
            self.call(Verdict.FAILURE)
        assert self.condition() is Condition.OPEN

    def half_open(self) -> None:
        self.open()
        self.now += LIMITS.open_for
        assert self.condition() is Condition.HALF_OPEN


@pytest.fixture
def breaker() -> Breaker:
    return Breaker()


def test_only_failures_in_a_row_open_it(breaker: Breaker) -> None:
    for verdict in (Verdict.FAILURE, Verdict.SUCCESS, Verdict.FAILURE):
        breaker.call(verdict)
    assert breaker.condition() is Condition.CLOSED
    breaker.call(Verdict.NONE)
    breaker.call(Verdict.FAILURE)
    assert breaker.condition() is Condition.OPEN


def test_an_open_one_tells_how_long_it_stays_so(breaker: Breaker) -> None:
    breaker.open()
    assert breaker.admit().wait == 30_000
    breaker.now += 29_999
    assert breaker.admit().wait == 1


def test_one_probe_at_a_time(breaker: Breaker) -> None:
    breaker.half_open()
    probe = breaker.admit()
    assert probe.wait == 0
    assert [breaker.admit().wait for _ in range(3)] == [1000, 1000, 1000]
    breaker.settle(probe, Verdict.NONE)
    assert breaker.admit().wait == 0


def test_the_same_call_may_ask_twice(breaker: Breaker) -> None:
    breaker.half_open()
    probe = breaker.admit()
    assert admit(breaker.state, probe.token, breaker.now, LIMITS)[1] == probe


def test_a_probe_that_succeeds_closes_it(breaker: Breaker) -> None:
    breaker.half_open()
    breaker.call(Verdict.SUCCESS)
    assert breaker.condition() is Condition.CLOSED
    breaker.call(Verdict.FAILURE)
    assert breaker.condition() is Condition.CLOSED


def test_a_probe_that_fails_opens_it_anew(breaker: Breaker) -> None:
    breaker.half_open()
    breaker.call(Verdict.FAILURE)
    assert breaker.admit().wait == 30_000


def test_a_probe_of_a_dead_worker_makes_way(breaker: Breaker) -> None:
    breaker.half_open()
    dead = breaker.admit()
    breaker.now += LIMITS.probe_for - 1
    assert breaker.admit().wait == 1
    breaker.now += 1
    successor = breaker.admit()
    assert successor.wait == 0
    breaker.settle(dead, Verdict.SUCCESS)
    assert breaker.condition() is Condition.HALF_OPEN
    breaker.settle(successor, Verdict.SUCCESS)
    assert breaker.condition() is Condition.CLOSED


def test_a_late_probe_that_nobody_replaced_still_decides(breaker: Breaker) -> None:
    breaker.half_open()
    probe = breaker.admit()
    breaker.now += LIMITS.probe_for
    breaker.settle(probe, Verdict.SUCCESS)
    assert breaker.condition() is Condition.CLOSED


@pytest.mark.parametrize("verdict", Verdict)
def test_a_slow_call_from_before_has_no_say(breaker: Breaker, verdict: Verdict) -> None:
    slow = breaker.admit()
    breaker.open()
    while_open = breaker.state
    breaker.settle(slow, verdict)
    assert breaker.state == while_open

    breaker.now += LIMITS.open_for
    probe = breaker.admit()
    while_probed = breaker.state
    breaker.settle(slow, verdict)
    assert breaker.state == while_probed

    breaker.settle(probe, Verdict.SUCCESS)
    breaker.call(Verdict.FAILURE)
    closed_again = breaker.state
    breaker.settle(slow, verdict)
    assert breaker.state == closed_again


class AnyStory(RuleBasedStateMachine):
    """Any calls, in any order, with any verdicts, at any times; the laws are kept by what can be seen from outside."""

    calls = Bundle("calls")

    @initialize()
    def begin(self) -> None:
        self.breaker = Breaker()
        self.under_way: dict[str, int] = {}
        self.failures = 0

    @rule(target=calls)
    def ask(self) -> Admission:
        before = self.breaker.condition()
        admission = self.breaker.admit()
        assert (admission.wait == 0) or before is not Condition.CLOSED
        if admission.wait == 0:
            assert before is not Condition.OPEN
        if admission.wait == 0 and before is Condition.HALF_OPEN:
            assert all(until <= self.breaker.now for until in self.under_way.values()), "two probes at a time"
            self.under_way[admission.token] = self.breaker.now + LIMITS.probe_for
        return admission

    @rule(call=consumes(calls), verdict=st.sampled_from(Verdict))
    def end(self, call: Admission, verdict: Verdict) -> None:
        before = self.breaker.condition()
        if call.wait == 0:
            self.breaker.settle(call, verdict)
        after = self.breaker.condition()
        probe = self.under_way.pop(call.token, None) is not None
        if before is Condition.OPEN:
            assert after is before
        elif before is Condition.HALF_OPEN and after is not before:
            assert probe
            assert (after is Condition.CLOSED) == (verdict is Verdict.SUCCESS)
        elif before is Condition.CLOSED and after is not before:
            assert after is Condition.OPEN
            assert verdict is Verdict.FAILURE
            assert self.failures >= LIMITS.failures - 1
        self.failures = self.failures + 1 if verdict is Verdict.FAILURE else self.failures
        if after is not before:
            self.failures = 0
            self.under_way.clear()

    @rule(milliseconds=st.sampled_from([1, 999, 29_999, 30_000, 59_999, 60_000]))
    def wait(self, milliseconds: int) -> None:
        self.breaker.now += milliseconds

    @invariant()
    def somebody_gets_through_sooner_or_later(self) -> None:
        later = self.breaker.now + LIMITS.open_for + LIMITS.probe_for
        assert admit(self.breaker.state, "later", later, LIMITS)[1].wait == 0


TestAnyStory = AnyStory.TestCase
TestAnyStory.settings = settings(max_examples=100, stateful_step_count=40)
