"""The contracts that come with tapecheck."""

from __future__ import annotations

from pathlib import Path

import tapecheck


def bundled_contracts() -> Path:
    """Return the folder of the contracts that come with tapecheck: in the wheel, or in the checkout around it."""
    package = Path(tapecheck.__file__).parent
    installed = package / "_contracts"
    return installed if installed.is_dir() else package.parents[1] / "contracts"
