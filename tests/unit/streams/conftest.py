"""What the tests of all decoders need: bodies that come in pieces."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tapecheck.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tapecheck.streams.decoder import Decoder


def drain(decoder: Decoder[object], body: bytes, places: Sequence[int]) -> tuple[list[object], object]:
    """Feed a body cut at these places; return the items, and what `close` returned or what the error said."""
    edges = [0, *sorted(place % (len(body) + 1) for place in places), len(body)]
    items: list[object] = []
    try:
        for start, stop in pairwise(edges):
            items.extend(decoder.feed(body[start:stop]))
        return items, decoder.close()
    except StreamError as error:
        return items, (error.message, error.line)


@pytest.fixture(scope="session", name="drain")
def drain_fixture() -> Callable[[Decoder[object], bytes, Sequence[int]], tuple[list[object], object]]:
    return drain
