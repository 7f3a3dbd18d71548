"""The stand-in for providers: what it answers, and a server that plays it."""

from __future__ import annotations

from tapecheck.serving.answer import Answer, Source
from tapecheck.serving.log import Log
from tapecheck.serving.routing import chosen
from tapecheck.serving.server import Limits, Server
from tapecheck.serving.standin import CASSETTE_HEADER, FAULT_HEADER, StandIn, servable
from tapecheck.serving.tapes import Tapes

__all__ = [
    "CASSETTE_HEADER",
    "FAULT_HEADER",
    "Answer",
    "Limits",
    "Log",
    "Server",
    "Source",
    "StandIn",
    "Tapes",
    "chosen",
    "servable",
]
