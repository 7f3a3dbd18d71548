"""Headers that list `key=value` pairs, as those of Stripe and Paddle do."""

from __future__ import annotations


def read_pairs(text: str, separator: str) -> dict[str, list[str]]:
    """Return the values of each key, in order; a piece without `=` is left out."""
    values: dict[str, list[str]] = {}
    for piece in text.split(separator):
        key, equals, value = piece.partition("=")
        if equals:
            values.setdefault(key, []).append(value)
    return values
