"""The rules, each in a small file of its own. All of them look at every exchange; none stops the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapecheck.checking.rules.bodies import request_body, response_body
from tapecheck.checking.rules.content_type import content_type
from tapecheck.checking.rules.drift import drift
from tapecheck.checking.rules.status import status
from tapecheck.checking.rules.stream_events import stream_events
from tapecheck.checking.rules.stream_fields import stream_fields
from tapecheck.checking.rules.stream_order import stream_order
from tapecheck.checking.rules.stream_pairs import stream_pairs
from tapecheck.checking.rules.stream_series import stream_series

if TYPE_CHECKING:
    from tapecheck.checking.problem import Rule

RULES: tuple[Rule, ...] = (
    status,
    content_type,
    request_body,
    response_body,
    stream_events,
    stream_order,
    stream_fields,
    stream_pairs,
    stream_series,
    drift,
)
