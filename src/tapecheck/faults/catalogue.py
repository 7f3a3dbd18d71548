"""Every fault by its name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tapecheck.errors import FaultError
from tapecheck.faults.bodies import BODIES
from tapecheck.faults.events import EVENTS
from tapecheck.faults.fault import Fault
from tapecheck.faults.statuses import STATUSES
from tapecheck.faults.transport import TRANSPORT, UNREACHED

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {fault.name: fault for fault in (*STATUSES, *UNREACHED, *TRANSPORT, *BODIES, *EVENTS)}
)
"""In the order in which they are listed."""


def find_fault(name: str) -> Fault:
    """Return a fault.

    Raises:
        FaultError: there is none of this name.
    """
    if name in FAULTS:
        return FAULTS[name]
    close = difflib.get_close_matches(name, FAULTS, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`tapecheck serve --list-faults` lists them."
    raise FaultError(f"there is no fault {name!r}", hint=hint)
