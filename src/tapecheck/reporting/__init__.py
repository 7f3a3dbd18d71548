"""Renderers: each turns a report into a string and does nothing else."""

from __future__ import annotations

from tapecheck.reporting.json import render_json
from tapecheck.reporting.text import counted, render_text

__all__ = ["counted", "render_json", "render_text"]
