"""Writing a cassette in one step: whoever reads sees the old file or the new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tapecheck.cassettes.rendering import render
from tapecheck.cassettes.replacing import replace_file
from tapecheck.model import Interaction, Request


def write(
    path: Path, interactions: Sequence[Interaction], is_raw: Callable[[Request], bool] = lambda request: False
) -> None:
    """Write interactions to a cassette, as `render` shows them; folders that are missing are made.

    Raises:
        CassetteError: the file cannot be written; what was there before is untouched.
    """
    replace_file(path, render(interactions, is_raw).encode())
