"""Secrets by their shape: what they look like, where in an interaction they hide, and how to take them out."""

from __future__ import annotations

from tapecheck.checking.secrets.judging import REDACTED
from tapecheck.checking.secrets.places import Leak, Place
from tapecheck.checking.secrets.rule import leaked_secrets
from tapecheck.checking.secrets.scan import Scanner, secrets_for
from tapecheck.checking.secrets.veil import Veil

__all__ = ["REDACTED", "Leak", "Place", "Scanner", "Veil", "leaked_secrets", "secrets_for"]
