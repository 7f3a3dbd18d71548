from __future__ import annotations

import gzip
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.cassettes.inflate import (
    BrokenError,
    Inflate,
    NoModuleError,
    TooLargeError,
    gunzip,
    inflate,
    unbrotli,
    unzstd,
)

brotli = pytest.importorskip("brotli")
try:
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    zstd = pytest.importorskip("backports.zstd")


def bare_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(data) + machine.flush()


PAIRS = [
    pytest.param(gzip.compress, gunzip, id="gzip"),
    pytest.param(zlib.compress, inflate, id="zlib"),
    pytest.param(bare_deflate, inflate, id="deflate"),
    pytest.param(brotli.compress, unbrotli, id="br"),
    pytest.param(zstd.compress, unzstd, id="zstd"),
]


@pytest.mark.parametrize(("pack", "unpack"), PAIRS)
@given(data=st.binary(max_size=200))
def test_unpacking_undoes_packing_up_to_the_limit(pack: Inflate, unpack: Inflate, data: bytes) -> None:
    assert unpack(pack(data), len(data)) == data  # type: ignore[call-arg]


@pytest.mark.parametrize(("pack", "unpack"), PAIRS)
def test_a_bomb_is_stopped_at_the_limit(pack: Inflate, unpack: Inflate) -> None:
    with pytest.raises(TooLargeError):
        unpack(pack(bytes(1_000_000)), 999_999)  # type: ignore[call-arg]


@pytest.mark.parametrize(("pack", "unpack"), PAIRS)
def test_data_cut_short_are_no_whole_data(pack: Inflate, unpack: Inflate) -> None:
    with pytest.raises(EOFError):
        unpack(pack(bytes(range(256)) * 9)[:-9], 10_000)  # type: ignore[call-arg]


@pytest.mark.parametrize("unpack", [unbrotli, unzstd])
def test_data_of_another_kind_are_broken(unpack: Inflate) -> None:
    with pytest.raises(BrokenError):
        unpack(b"\xff" * 40, 100)


def test_data_that_are_no_deflate_are_broken() -> None:
    with pytest.raises(zlib.error):
        inflate(b"\xff" * 40, 100)


def test_what_follows_gzip_is_ignored() -> None:
    assert gunzip(gzip.compress(b"a") + b"\0\0", 10) == b"a"


@pytest.mark.parametrize(("unpack", "needed"), [(unbrotli, "brotli"), (unzstd, "backports.zstd")])
def test_a_missing_module_is_named(unpack: Inflate, needed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("brotli", "compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NoModuleError, match=needed):
        unpack(b"", 0)


@given(st.lists(st.binary(max_size=2000), max_size=5))
def test_all_members_of_gzip_are_unpacked(members: list[bytes]) -> None:
    whole = b"".join(members)
    packed = b"".join(map(gzip.compress, members))
    assert gunzip(packed, len(whole)) == whole
    if whole:
        with pytest.raises(TooLargeError):
            gunzip(packed, len(whole) - 1)


class Counting:
    """A decompressor that adds up how many bytes all of its kind are given."""

    given = 0
    real = staticmethod(zlib.decompressobj)

    def __init__(self, window: int) -> None:
        self._machine = self.real(window)

    def decompress(self, data: memoryview, limit: int) -> bytes:
        Counting.given += len(data)
        return self._machine.decompress(data, limit)

    @property
    def eof(self) -> bool:
        return self._machine.eof

    @property
    def unused_data(self) -> bytes:
        return self._machine.unused_data


def test_many_members_cost_no_more_than_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "decompressobj", Counting)
    monkeypatch.setattr(Counting, "given", 0)
    packed = gzip.compress(b"") * 2000
    assert gunzip(packed, 0) == b""
    assert Counting.given < 20 * len(packed)
