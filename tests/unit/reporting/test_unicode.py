from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.reporting.unicode import encodable


@given(st.text(st.characters(codec="utf-8")))
def test_text_that_can_be_encoded_stays_as_it_is(text: str) -> None:
    assert encodable(text) == text


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_encoded(text: str) -> None:
    encodable(text).encode()


@pytest.mark.parametrize(
    ("text", "written"), [("\udcff", r"\udcff"), ("é\ud800x", r"é\ud800x"), ("\U0001f600", "\U0001f600")]
)
def test_lone_surrogates_are_written_out(text: str, written: str) -> None:
    assert encodable(text) == written
