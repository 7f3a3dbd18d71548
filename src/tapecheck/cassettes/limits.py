"""How much of a file tapecheck is willing to hold."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that keep a hostile or broken file from taking the machine with it.

    Attributes:
        file_bytes: size of a file, and of what a gzipped file unpacks to.
        body_bytes: size of a body whose `content-encoding` is undone.
        bodies_bytes: size of all such bodies of a file together.
        depth: how deep lists and mappings may nest.
        nodes: how many values a file may hold.
        expanded: size of all values once every YAML alias is replaced by what it stands for: their characters, and 32
            for each value.
    """

    file_bytes: int = 64 * MEBIBYTE
    body_bytes: int = 64 * MEBIBYTE
    bodies_bytes: int = 256 * MEBIBYTE
    depth: int = 128
    nodes: int = 1_000_000
    expanded: int = 128 * MEBIBYTE
