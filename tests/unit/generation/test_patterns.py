from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import GenerationError
from tapecheck.generation.patterns import sample
from tapecheck.generation.source import PlainSource, RandomSource

PATTERNS = [
    "",
    "^[0-9]+$",
    r"^[0-9]+(\.[0-9]+)?s$",
    "^[A-Za-z0-9_-]{1,64}$",
    "^(models|tunedModels)/.",
    r"gemini-(2\.5|[3-9])",
    "^[A-Za-z0-9+/]+={0,2}$",
    r"^\d{3}\s\w*\n?$",
    r"^[^a-z]{2,}x(?:ab|c)+$",
    r"^[\d.\]-]{4}$",
    "^a{0}b|c$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(seed=st.integers())
def test_the_string_matches(pattern: str, seed: int) -> None:
    assert re.search(pattern, sample(pattern, RandomSource(seed)))
    assert re.search(pattern, sample(pattern, PlainSource()))


def test_plain_is_short() -> None:
    assert sample("^(ab|c)+[x-z]*d?$", PlainSource()) == "abxd"


@pytest.mark.parametrize("pattern", ["(?=a)", "(?!a)", r"\bword", r"(a)\1", r"\p{L}", "(a", "a)", "[a", "[^ -~]"])
def test_what_it_does_not_know_is_an_error(pattern: str) -> None:
    with pytest.raises(GenerationError, match="cannot make a string for the pattern"):
        sample(pattern, PlainSource())
