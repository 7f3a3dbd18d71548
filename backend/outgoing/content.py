"""What the body of an answer holds: JSON or text, and nothing else."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pydantic_core

from backend.errors import UpstreamError

if TYPE_CHECKING:
    from pydantic import JsonValue

TEXTUAL: Final = frozenset(
    {
        "application/ecmascript",
        "application/graphql",
        "application/javascript",
        "application/jsonl",
        "application/sql",
        "application/toml",
        "application/x-javascript",
        "application/x-ndjson",
        "application/x-www-form-urlencoded",
        "application/x-yaml",
        "application/xml",
        "application/yaml",
    }
)
"""Media types of text that their names do not show, as `text/…`, `…+xml` and `…+yaml` do."""

CHARSETS: Final = frozenset(
    {
        *("utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"),
        *(f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))),
        *(f"windows-{page}" for page in range(1250, 1259)),
        *("koi8-r", "koi8-u", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "gb2312", "gbk", "gb18030"),
    }
)
"""Charsets of the web (https://encoding.spec.whatwg.org/#names-and-labels) that Python knows by the same name.

It knows more, of which some are no charsets, and some take quadratic time, such as `punycode`.
"""

CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
"""A parameter of a media type (RFC 9110, section 8.3.2)."""

BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Never found in text (https://mimesniff.spec.whatwg.org/#binary-data-byte)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a body holds; at most one of the two, since a body that may be missing holds neither.

    Attributes:
        data: the JSON; its null is None too.
        text: any other text.
    """

    data: JsonValue = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """The value of a `Content-Type` header.

    Attributes:
        name: the media type in lower case, "" where none is said.
        charset: in lower case; JSON is always UTF-8.
    """

    name: str
    charset: str

    @property
    def is_json(self) -> bool:
        """Tell whether it is that of JSON (RFC 8259, RFC 6839)."""
        return self.name in {"application/json", "text/json"} or self.name.endswith("+json")

    @property
    def is_text(self) -> bool:
        """Tell whether it is that of text; where none is said, the bytes will show."""
        name = self.name
        return not name or name in TEXTUAL or name.startswith("text/") or name.endswith(("+xml", "+yaml"))


def parse_content_type(header: str | None) -> ContentType:
    """Return what a `Content-Type` header says, UTF-8 where it says no charset.

    Raises:
        UpstreamError: it is neither JSON nor text, or in a charset that we do not read.
    """
    text = header or ""
    charset = CHARSET.search(text)
    found = ContentType(name=text.partition(";")[0].strip().lower(), charset=charset[1].lower() if charset else "utf-8")
    if not found.is_json and not found.is_text:
        raise _unfit(f"its content type is {found.name[:80]!r}, but only JSON and text are fetched")
    if not found.is_json and found.charset not in CHARSETS:
        raise _unfit(f"its charset is {found.charset[:40]!r}, expected one such as utf-8")
    return found


def read_content(body: bytes, kind: ContentType) -> Content:
    """Return what a body holds.

    Raises:
        UpstreamError: it is not what its content type says.
    """
    return Content(data=_read_json(body)) if kind.is_json else Content(text=_read_text(body, kind.charset))


def _read_json(body: bytes) -> JsonValue:
    """Return JSON that can be sent on: no NaN, no infinity, no lone surrogate, about 200 levels deep at most."""
    try:
        data: JsonValue = pydantic_core.from_json(body.removeprefix(codecs.BOM_UTF8), allow_inf_nan=False)
        json.dumps(data, allow_nan=False)  # 1e999 has passed, and is infinity
    except ValueError as error:
        raise _unfit(f"its JSON is not valid: {error}", transient=True) from None
    return data


def _read_text(body: bytes, charset: str) -> str:
    try:
        text = body.decode(charset)
    except UnicodeDecodeError as error:
        raise _unfit(f"it is not valid {charset}: see byte {error.start}") from None
    if found := BINARY.search(text):
        raise _unfit(f"it is not text: see character {found.start()}")
    return text


def _unfit(reason: str, *, transient: bool = False) -> UpstreamError:
    return UpstreamError(f"the answer cannot be used: {reason}", transient=transient, blames_host=False)
