"""Makes what a provider may answer, from its contract and a source of choices; nothing is made that rules object to."""

from __future__ import annotations

from tapecheck.generation.framing import Event, encode
from tapecheck.generation.generator import Generator
from tapecheck.generation.source import PlainSource, RandomSource, Source

__all__ = ["Event", "Generator", "PlainSource", "RandomSource", "Source", "encode"]
