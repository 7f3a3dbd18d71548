from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from backend.api.idempotency import Key

KEY: TypeAdapter[str] = TypeAdapter(Key)
VISIBLE = string.ascii_letters + string.digits + string.punctuation.replace('"', "").replace("\\", "")


@given(st.text(VISIBLE, min_size=1, max_size=255))
def test_a_key_means_the_same_in_quotes_and_without(key: str) -> None:
    assert KEY.validate_python(key) == KEY.validate_python(f'"{key}"') == key


@pytest.mark.parametrize("key", ["", '"', '""', '"a', 'a"', 'a"b', "a b", "a\\b", "é", "\x7f", "a\n", "x" * 256])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ValidationError):
        KEY.validate_python(key)
