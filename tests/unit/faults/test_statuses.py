from __future__ import annotations

import pytest

from tapecheck.faults import FAULTS, Reply, Shapes
from tapecheck.faults.statuses import phrase


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529])
def test_a_status_comes_in_the_shape_of_the_provider(document: Reply, shapes: Shapes, status: int) -> None:
    reply = FAULTS[f"status-{status}"].apply(document, shapes)
    assert reply.status == status
    assert reply.body.decode().startswith(phrase(status))
    assert reply.headers.get("retry-after") is None


@pytest.mark.parametrize("status", [429, 503])
def test_some_say_when_to_try_again(document: Reply, shapes: Shapes, status: int) -> None:
    reply = FAULTS[f"status-{status}-retry-after"].apply(document, shapes)
    assert (reply.status, reply.headers.get("retry-after")) == (status, "1")


def test_a_gateway_knows_no_provider(document: Reply, shapes: Shapes) -> None:
    reply = FAULTS["gateway-page"].apply(document, shapes)
    assert (reply.status, reply.headers.get("content-type")) == (502, "text/html")
    assert reply.body.startswith(b"<html>")


def test_phrases() -> None:
    assert [phrase(status) for status in (200, 413, 529, 599)] == ["OK", "Content Too Large", "Overloaded", ""]
