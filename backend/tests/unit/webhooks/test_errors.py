from __future__ import annotations

from backend.errors import Problem
from backend.webhooks.errors import DeliveryRefusedError


def test_it_is_answered_with_400() -> None:
    refused = DeliveryRefusedError("the body is not JSON")
    assert isinstance(refused, Problem)
    assert (refused.status, refused.detail, refused.challenge) == (400, "the body is not JSON", None)
