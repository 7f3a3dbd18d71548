from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.reporting.unicode import encodable, printable


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


@pytest.mark.parametrize(
    ("text", "written"),
    [("a\x1b[2Jb", r"a\x1b[2Jb"), ("\r\n\t\0", r"\x0d\x0a\x09\x00"), ("\x7f\x80\x9f\xa0é", "\\x7f\\x80\\x9f\xa0é")],
)
def test_control_characters_are_written_out(text: str, written: str) -> None:
    assert printable(text) == written
