"""New ids in the form of those that the provider gives."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

_LEAST = 16
"""Characters of an id that are its own; fewer would not tell deliveries apart."""


def renewed(old: str, fresh: UUID) -> str:
    """Return another id like an old one: a UUID, or the old beginning (up to the last `_`) with new characters."""
    with suppress(ValueError):
        known = UUID(old)
        if old.lower() in {str(known), known.hex}:  # it reads other spellings, too
            return str(fresh) if "-" in old else fresh.hex
    kept = old[: old.rfind("_") + 1] or old[:2]
    rest = old[len(kept) :]
    digits = str(fresh.int) if rest.isdecimal() else fresh.hex.upper() if rest.isupper() else fresh.hex
    length = max(len(rest), _LEAST)
    return kept + (digits * (length // len(digits) + 1))[:length]
