"""Bytes as text, read strictly: nothing is skipped, and base64 has one spelling."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

HEX_SHA256: Final = r"[0-9a-f]{64}"
BASE64_SHA256: Final = r"[A-Za-z0-9+/]{43}="
BASE64_SHA1: Final = r"[A-Za-z0-9+/]{27}="
BASE64_ED25519: Final = r"[A-Za-z0-9+/]{86}=="
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})*")


def write_base64(data: bytes) -> str:
    """Return padded base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def read_base64(text: str) -> bytes:
    """Decode what `write_base64` writes.

    Raises:
        ValueError: anything else; it does not show the text.
    """
    data = _decode_base64(text)
    if write_base64(data) != text:
        raise ValueError("not canonical base64")
    return data


def read_unpadded_base64(text: str) -> bytes:
    """Decode base64 whose padding may be missing, as people copy it.

    Raises:
        ValueError: it is not base64; it does not show the text.
    """
    bare = text.rstrip("=")
    return _decode_base64(bare + "=" * (-len(bare) % 4))


def read_hex(text: str) -> bytes:
    """Decode hex in either case, without the spaces that `bytes.fromhex` takes.

    Raises:
        ValueError: it is not hex; it does not show the text.
    """
    if not _HEX.fullmatch(text):
        raise ValueError("not hex")
    return bytes.fromhex(text)


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # the latter for what is not ASCII
        raise ValueError("not base64") from None
