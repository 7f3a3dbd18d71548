"""Names that tell of a secret: of headers, parameters and fields."""

from __future__ import annotations

import re
from functools import lru_cache

_NOISE = re.compile(r"[^a-z0-9]+")
_TELLING = re.compile(
    r"""(?:
      (?:access|account|admin|api|app|auth|client|deploy|encryption|license|master|primary|private|secondary|secret
        |service|shared|signing|storage|subscription|webhook)keys?
      | (?<!page)(?<!next)(?<!continuation)(?<!sync)(?<!cursor) token  # those lead to the next page
      | secrets? | passwords? | passwd | passphrase | credentials? | authorization | authentication | bearer | jwt
      | (?<!ice) pwd | ^sig | xamzsignature | xgoogsignature
    )$""",
    re.VERBOSE,
)
_COOKIES = frozenset({"cookie", "setcookie"})

STEMS = (
    "key", "token", "secret", "password", "passwd", "passphrase", "pwd", "credential", "authorization",
    "authentication", "bearer", "jwt", "cookie", "sig", "x-amz-signature", "x-goog-signature",
)  # fmt: skip
"""How telling names end, in lower case; an `s` may follow."""

ASSIGNMENT = re.compile(
    rf"(?i:{'|'.join(STEMS)})s?(?:[\"'\\]{{1,4}}\s*:\s*[\"'\\]{{1,4}}|[\"'\\]{{0,4}}\s?=>?\s?[\"'\\]{{0,4}}|\"\r?\n\r?\n)(?P<secret>[^\s\"'\\&,;<>(){{}}\[\]`]{{16,}})"
)
"""A name's end with the value that a text gives it: `key = "…"`, `"token": "…"`, a part of multipart/form-data."""

_NAME_AT_END = re.compile(r"[\w.-]{0,40}\Z")


@lru_cache(maxsize=4096)
def is_telling(name: str) -> bool:
    """Tell whether what stands under a name is likely to be secret."""
    return _TELLING.search(_NOISE.sub("", name.lower())) is not None


@lru_cache(maxsize=4096)
def is_cookie(name: str) -> bool:
    """Tell whether cookies stand under a name."""
    return _NOISE.sub("", name.lower()) in _COOKIES


def assigned_name(assignment: re.Match[str]) -> str:
    """Return the whole name of an assignment."""
    text, start = assignment.string, assignment.start()
    before = _NAME_AT_END.search(text, max(0, start - 40), start)
    stem = re.match(r"[A-Za-z]+", assignment.group())
    return (before.group() if before else "") + (stem.group() if stem else "")
