from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.cassettes.fields import Field
from tapecheck.cassettes.formats.messages import Shape, interactions, method
from tapecheck.errors import CassetteError
from tapecheck.model import Request, Response

MakeField = Callable[..., Field]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("other: 1", 0),
        ("interactions: 1", 0),
        ("interactions: [1, {}, {request: 2}]", 0),
        ("interactions: [{request: {a: 1}, response: {b: 2}}, {response: {}}]", 3),
    ],
)
def test_the_shape_of_a_file_is_what_looks_like_a_message(field: MakeField, text: str, count: int) -> None:
    assert len(Shape.of(field(text).record()).messages) == count


def test_pairs_are_numbered_and_know_their_lines(field: MakeField) -> None:
    pairs = interactions(
        field("- request: {}\n  response: {}\n- request: {}\n  response: {}\n"),
        lambda record: Request(method="GET", uri=str(record.field.line)),
        lambda record: Response(status=record.field.line),
    )
    assert [(pair.index, pair.line, pair.request.uri, pair.response.status) for pair in pairs] == [
        (0, 1, "1", 2),
        (1, 3, "3", 4),
    ]


def test_half_a_pair_is_refused(field: MakeField) -> None:
    with pytest.raises(CassetteError, match="expected a field 'response' too"):
        list(interactions(field("[{request: {}}]"), lambda _: Request(method="", uri=""), lambda _: Response(status=0)))


@pytest.mark.parametrize("text", ["get", ":get", "GET"])
def test_methods_are_upper_case(field: MakeField, text: str) -> None:
    assert method(field(f"method: '{text}'").record()) == "GET"
