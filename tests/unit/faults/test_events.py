from __future__ import annotations

from dataclasses import replace

import pytest

from tapecheck.errors import FaultError
from tapecheck.faults import FAULTS, Ending, Reply, Shapes

STREAM_FAULTS = [name for name in FAULTS if name.startswith("stream-")]


@pytest.mark.parametrize("name", STREAM_FAULTS)
def test_they_befall_streams_only(document: Reply, shapes: Shapes, name: str) -> None:
    assert not FAULTS[name].befalls(document)
    with pytest.raises(FaultError):
        FAULTS[name].change(document, shapes)


@pytest.mark.parametrize("name", STREAM_FAULTS)
def test_something_goes_wrong_in_either_framing(sse: Reply, array: Reply, shapes: Shapes, name: str) -> None:
    for stream in (sse, array):
        spoilt = FAULTS[name].apply(stream, shapes)
        assert (spoilt.body, spoilt.ending) != (stream.body, stream.ending)
        assert spoilt.framing == stream.framing


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("stream-cut-before-end", b"data: 0\n\nevent: a\ndata: 1\n\n"),
        ("stream-cut-in-event", b"data: 0\n\nevent: a\ndata: 1\n\ndata"),
        ("stream-cut-in-character", b"data: 0\n\nevent: a\ndata: 1\n\ndata\xe2\x82"),
        ("stream-duplicated-event", b"data: 0\n\nevent: a\ndata: 1\n\ndata: 2\n\ndata: 2\n\ndata: [DONE]\n\n"),
        ("stream-swapped-events", b"event: a\ndata: 1\n\ndata: 0\n\ndata: 2\n\ndata: [DONE]\n\n"),
        ("stream-error-event", b"data: 0\n\nevent: a\ndata: 1\n\ndata: sorry\n\n"),
        ("stream-no-end", b"data: 0\n\nevent: a\ndata: 1\n\ndata: 2\n\n"),
    ],
)
def test_what_comes(sse: Reply, shapes: Shapes, name: str, body: bytes) -> None:
    assert FAULTS[name].apply(sse, shapes).body == body


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("stream-cut-before-end", b'[{"n":0}'),
        ("stream-cut-in-event", b'[{"n":0},\n{"n'),
        ("stream-duplicated-event", b'[{"n":0},\n{"n":1},\n{"n":1},\n{"n":2}]'),
        ("stream-no-end", b'[{"n":0},\n{"n":1}'),
    ],
)
def test_what_comes_in_an_array(array: Reply, shapes: Shapes, name: str, body: bytes) -> None:
    assert FAULTS[name].apply(array, shapes).body == body


def test_a_storm_comes_before_each_event(sse: Reply, array: Reply, shapes: Shapes) -> None:
    storm = FAULTS["stream-keepalive-storm"]
    assert storm.apply(sse, shapes).pieces[1::2] == sse.pieces
    assert storm.apply(sse, shapes).body.count(b": keep-alive\n\n") == 100 * len(sse.pieces)
    assert storm.apply(array, shapes).body.replace(b"\n", b"") == array.body.replace(b"\n", b"")


def test_a_stream_without_end_is_held(sse: Reply, shapes: Shapes) -> None:
    assert FAULTS["stream-no-end"].apply(sse, shapes).ending is Ending.HOLD


def test_one_event_cannot_change_places(sse: Reply, shapes: Shapes) -> None:
    with pytest.raises(FaultError, match="no two events"):
        FAULTS["stream-swapped-events"].apply(replace(sse, pieces=sse.pieces[:1]), shapes)


def test_not_every_provider_has_an_event_for_failures(sse: Reply, shapes: Shapes) -> None:
    with pytest.raises(FaultError, match="declares no event"):
        FAULTS["stream-error-event"].apply(sse, replace(shapes, failure=lambda: None))
