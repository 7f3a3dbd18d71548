from __future__ import annotations

from tapecheck import testing


def test_what_is_public() -> None:
    assert sorted(testing.__all__) == [
        "CASSETTE_HEADER",
        "Ending",
        "FAULTS",
        "FAULT_HEADER",
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
