"""`tapecheck rules`."""

from __future__ import annotations

import argparse

from tapecheck.errors import UsageError
from tapecheck.model import Code


def rules(options: argparse.Namespace) -> int:
    """Say what the codes of findings mean.

    Raises:
        UsageError: there is no such code.
    """
    codes = list(Code)
    if options.code is not None:
        codes = [code for code in Code if code == options.code.upper()]
        if not codes:
            hint = f"Known are {', '.join(Code)}."
            raise UsageError(f"{options.code!r} is no code of a finding", hint=hint)
    for code in codes:
        print(f"{code}  {code.severity:<7}  {code.summary}")
    return 0
