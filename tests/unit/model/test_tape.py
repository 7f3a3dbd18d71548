from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tapecheck.model import Cassette, Interaction, Request, Response


def test_a_cassette_is_a_value() -> None:
    interaction = Interaction(index=0, line=2, request=Request(method="GET", uri=""), response=Response(status=200))
    one, same = (Cassette(path=Path("a.yaml"), format="vcrpy", interactions=(interaction,)) for _ in range(2))
    assert one == same
    assert hash(one) == hash(same)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.format = "har"  # type: ignore[misc]
