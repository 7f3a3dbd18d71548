from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BrokenOffError, UpstreamError
from backend.outgoing.decoding import ACCEPTED, PIECE, Decoder, decoder_for

PACKED = gzip.compress(b"some text " * 100, mtime=0)


def decode(decoder: Decoder, chunks: Iterable[bytes]) -> bytes:
    body = b"".join(piece for chunk in chunks for piece in decoder.feed(chunk))
    decoder.close()
    return body


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("coding", ["", "identity", " Identity "])
@given(data=st.binary(), size=st.integers(1, 10))
def test_without_a_coding_bytes_stay(coding: str, data: bytes, size: int) -> None:
    assert decode(decoder_for(coding), cut(data, size)) == data


@pytest.mark.parametrize("coding", [ACCEPTED, "GZIP", "x-gzip"])
@given(data=st.binary(), size=st.integers(1, 10))
def test_gzip_is_undone_however_it_is_cut(coding: str, data: bytes, size: int) -> None:
    assert decode(decoder_for(coding), cut(gzip.compress(data), size)) == data


@given(members=st.lists(st.binary(), min_size=1), size=st.integers(1, 100))
def test_members_follow_each_other(members: list[bytes], size: int) -> None:
    packed = b"".join(map(gzip.compress, members))
    assert decode(decoder_for("gzip"), cut(packed, size)) == b"".join(members)


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 258])
def test_what_fills_pieces_is_whole(size: int) -> None:
    data = bytes(size)
    assert decode(decoder_for("gzip"), [gzip.compress(data)]) == data
    assert decode(decoder_for("gzip"), [gzip.compress(data) + gzip.compress(b"end")]) == data + b"end"


def test_a_bomb_is_unpacked_only_as_far_as_somebody_takes_it() -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    pieces = decoder_for("gzip").feed(bomb)
    assert [len(next(pieces)) for _ in range(3)] == [PIECE] * 3


def test_text_that_is_flushed_comes_at_once() -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    decoder = decoder_for("gzip")
    for event in (b"data: 1\n\n", b"data: 2\n\n"):
        assert b"".join(decoder.feed(packer.compress(event) + packer.flush(zlib.Z_SYNC_FLUSH))) == event


def test_no_bytes_at_all_are_an_empty_body() -> None:
    for coding in ("", "gzip"):
        assert decode(decoder_for(coding), []) == b""
        assert decode(decoder_for(coding), [b""]) == b""


@pytest.mark.parametrize("end", range(1, len(PACKED), 7))
def test_gzip_without_its_end(end: int) -> None:
    with pytest.raises(BrokenOffError, match="have no end"):
        decode(decoder_for("gzip"), [PACKED[:end]])


@pytest.mark.parametrize("data", [b"plain", PACKED + b"more", PACKED[:-8] + bytes(8), zlib.compress(b"deflated")])
def test_what_is_not_gzip(data: bytes) -> None:
    with pytest.raises(UpstreamError, match="not valid gzip"):
        decode(decoder_for("gzip"), [data])


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "compress", "x" * 1000])
def test_a_coding_that_nobody_asked_for(coding: str) -> None:
    with pytest.raises(UpstreamError, match="expected gzip or none") as caught:
        decoder_for(coding)
    assert not caught.value.transient
    assert len(caught.value.detail) < 200
