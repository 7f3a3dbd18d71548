"""Delivering until the receiver acknowledges, as patiently as the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tapecheck.delivering.clock import Clock
from tapecheck.delivering.delivery import Message
from tapecheck.delivering.sending import Answer, NoAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver.

    Attributes:
        number: counts from 1.
        message: what was sent.
        result: what came back.
        seconds: how long that took.
        next_in: seconds until the next attempt; None where this was the last.
    """

    number: int
    message: Message
    result: Answer | NoAnswer
    seconds: float
    next_in: float | None

    @property
    def acknowledged(self) -> bool:
        """Tell whether the receiver took the delivery."""
        return acknowledged(self.result)


def acknowledged(result: Answer | NoAnswer) -> bool:
    """Tell whether an answer takes the delivery: its status is one of 200 to 299."""
    return isinstance(result, Answer) and 200 <= result.status < 300


def attempts(
    make: Callable[[], Message],
    send: Callable[[Message], Answer | NoAnswer],
    delays: Sequence[float],
    clock: Clock,
) -> Iterator[Attempt]:
    """Deliver, and wait and deliver again until one attempt is acknowledged or there is no delay left.

    Args:
        make: makes the message of an attempt, with a signature of its own.
        send: sends it.
        delays: seconds to wait after each failed attempt.
        clock: by which it waits.
    """
    for number, delay in enumerate((*delays, None), start=1):
        message, began = make(), clock.passed()
        result = send(message)
        seconds = clock.passed() - began
        waits = None if acknowledged(result) else delay
        yield Attempt(number=number, message=message, result=result, seconds=seconds, next_in=waits)
        if waits is None:
            return
        clock.sleep(waits)
