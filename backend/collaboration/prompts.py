"""Prompts of steps: templates with places that are filled in, always in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

TASK: Final = "task"
AGENT: Final = "agent"
RESERVED: Final = frozenset({TASK, AGENT})
"""Places that are no answer of a step: the task, and the name of the agent that is asked."""

STEP_ID: Final = r"[a-z][a-z0-9_-]{0,31}"
_PLACE: Final = re.compile(rf"\{{({STEP_ID})\}}")


def places(template: str) -> frozenset[str]:
    """Return the names that stand in braces: steps' ids, and those of `RESERVED`; other braces are text."""
    return frozenset(_PLACE.findall(template))


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill in a template; what is filled in is not looked at again, whatever braces it has.

    Args:
        template: with places.
        values: for each of its `places`.
    """
    return _PLACE.sub(lambda place: values[place[1]], template)
