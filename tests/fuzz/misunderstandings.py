"""How the service says that a provider refused its request, or that it cannot read an answer."""

from __future__ import annotations

import re
from typing import Final

MISUNDERSTOOD: Final = re.compile(
    "JSON of another shape than expected|sent what is not JSON|with content type|answered 4[0-9]{2}|rejects the key"
)
"""Found in the `detail` of a problem."""
