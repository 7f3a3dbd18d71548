"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tapecheck.errors import FaultError
from tapecheck.faults.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What a provider's failures look like, which only its contract tells.

    Attributes:
        error: makes the reply to an error from its status and a message.
        failure: makes the event with which a stream breaks off, framed alone; None where the contract has none.
    """

    error: Callable[[int, str], Reply]
    failure: Callable[[], bytes | None]


Change = Callable[[Reply, Shapes], Reply]
"""Makes of the reply that there would have been the one that there is; raises FaultError where that cannot be."""


class Needs(Enum):
    """What there must have been for a fault to befall it."""

    NOTHING = auto()
    """The fault takes the place of any reply, also of one that nobody knows."""

    BODY = auto()
    """A reply that has a body."""

    STREAM = auto()
    """A streamed reply."""


_MISSED: Final = {
    Needs.BODY: ("answers with a body", "Ask for something that is answered with a body, or choose another fault."),
    Needs.STREAM: ("streams", "Ask for a stream, or choose a fault whose name does not begin with 'stream-'."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        name: as it is asked for.
        summary: one line for people, without a full stop.
        change: does it.
        needs: what it befalls.
        unreached: whether it happens before a server is reached, so that only the client's own process can have it.
    """

    name: str
    summary: str
    change: Change
    needs: Needs = Needs.BODY
    unreached: bool = False

    @property
    def streams(self) -> bool:
        """Tell whether it befalls streams only."""
        return self.needs is Needs.STREAM

    def befalls(self, reply: Reply) -> bool:
        """Tell whether a reply is of a kind that this can happen to."""
        if self.needs is Needs.NOTHING:
            return True
        return bool(reply.body) and (reply.framing is not None or not self.streams)

    def apply(self, reply: Reply, shapes: Shapes) -> Reply:
        """Return the reply with this fault.

        Raises:
            FaultError: it cannot befall this reply.
            GenerationError: the contract's shape of errors allows no example.
        """
        if not self.befalls(reply):
            victims, hint = _MISSED[self.needs]
            raise FaultError(f"the fault {self.name!r} befalls {victims} only, and the answer is none", hint=hint)
        if (changed := self.change(reply, shapes)) == reply:
            hint = "Choose another fault: a test of one that nobody can notice proves nothing."
            raise FaultError(f"the fault {self.name!r} changes nothing of this answer", hint=hint)
        return changed
