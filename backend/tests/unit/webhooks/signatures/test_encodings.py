"""base64 and hex, read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.webhooks.signatures.encodings import read_base64, read_hex, read_unpadded_base64, write_base64


@given(st.binary(max_size=100))
def test_what_is_written_is_read(data: bytes) -> None:
    text = write_base64(data)
    assert read_base64(text) == data
    assert read_unpadded_base64(text) == data
    assert read_unpadded_base64(text.rstrip("=")) == data
    assert read_hex(data.hex()) == read_hex(data.hex().upper()) == data


@pytest.mark.parametrize(
    "text", ["YQ", "YQ=", "YQ===", "YR==", "Y Q==", "YQ==\n", "=YQ=", "Y-8=", "\u00e9", "YQ==YQ=="]
)
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not (canonical )?base64$"):
        read_base64(text)


@pytest.mark.parametrize("text", ["Y", "Y-8", "YQ \n", "Y=Q", "\u00e9\u00e9"])
def test_without_padding_it_still_has_to_be_base64(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not base64$"):
        read_unpadded_base64(text)


@pytest.mark.parametrize("text", ["a", "ab c", "ab cd", "0xab", "ab\n", "\u0661\u0661", "g0"])
def test_hex_is_hex_alone(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not hex$"):
        read_hex(text)
