"""For tests, and for whoever extends tapecheck: stand-ins for providers, their deliveries, whatever they may answer."""

from __future__ import annotations

from tapecheck.faults import FAULTS, Ending, Fault, Needs, Reply, Shapes
from tapecheck.intercepting import Interception
from tapecheck.serving import CASSETTE_HEADER, FAULT_HEADER
from tapecheck.testing.answering import answers
from tapecheck.testing.delivering import RecordedDelivery, generated_delivery, recorded_deliveries, signed_headers
from tapecheck.testing.generated_answer import GeneratedAnswer
from tapecheck.testing.serving import stand_in

__all__ = [
    "CASSETTE_HEADER",
    "FAULTS",
    "FAULT_HEADER",
    "Ending",
    "Fault",
    "GeneratedAnswer",
    "Interception",
    "Needs",
    "RecordedDelivery",
    "Reply",
    "Shapes",
    "answers",
    "generated_delivery",
    "recorded_deliveries",
    "signed_headers",
    "stand_in",
]
