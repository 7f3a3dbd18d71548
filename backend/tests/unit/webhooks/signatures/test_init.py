"""The public names."""

from __future__ import annotations

from backend.webhooks import signatures


def test_the_public_names_are_these() -> None:
    assert signatures.__all__ == [
        "SCHEMES",
        "MissingHeaderError",
        "Reason",
        "SchemeError",
        "SecretError",
        "SignatureError",
        "Verified",
        "check_secret",
        "sign",
        "verify",
    ]
    assert all(hasattr(signatures, name) for name in signatures.__all__)
