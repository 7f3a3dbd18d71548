"""Lists of pairs."""

from __future__ import annotations

import pytest

from backend.webhooks.signatures.pairs import read_pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("t=1,v1=a,v1=b", {"t": ["1"], "v1": ["a", "b"]}),
        ("v1=a=b", {"v1": ["a=b"]}),
        ("v1=", {"v1": [""]}),
        ("v1,,t=1", {"t": ["1"]}),
        (" t=1", {" t": ["1"]}),
        ("", {}),
    ],
)
def test_every_value_is_kept_in_order(text: str, pairs: dict[str, list[str]]) -> None:
    assert read_pairs(text, ",") == pairs
