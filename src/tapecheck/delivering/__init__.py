"""Deliveries as a provider sends them: recorded or generated, signed anew, sent, and sent again where they fail."""

from __future__ import annotations

from tapecheck.delivering.attempts import Attempt, attempts
from tapecheck.delivering.clock import Clock
from tapecheck.delivering.composing import Signing, compose
from tapecheck.delivering.delivery import Delivery, Message
from tapecheck.delivering.examples import addressed, generated
from tapecheck.delivering.faults import FAULTS, SOUND, Fault, find_fault
from tapecheck.delivering.saving import Sent, save
from tapecheck.delivering.sending import Answer, NoAnswer, Target, post
from tapecheck.delivering.tapes import Recorded, again, recorded

__all__ = [
    "FAULTS",
    "SOUND",
    "Answer",
    "Attempt",
    "Clock",
    "Delivery",
    "Fault",
    "Message",
    "NoAnswer",
    "Recorded",
    "Sent",
    "Signing",
    "Target",
    "addressed",
    "again",
    "attempts",
    "compose",
    "find_fault",
    "generated",
    "post",
    "recorded",
    "save",
]
