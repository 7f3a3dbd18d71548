"""`python -m tapecheck`."""

from __future__ import annotations

import sys

from tapecheck.cli import main

sys.exit(main())
