"""How settings and markers name a part of a request."""

from __future__ import annotations

from typing import Final

ADDRESS: Final = ("scheme", "host", "port", "path")
"""The parts of a URI that can be named, besides the parameters of its query."""


def is_request_path(text: str) -> bool:
    """Tell whether a text names a part of a request.

    That is a JSON pointer into its body, `?name` for a parameter of its query, or another part of its URI by its name.
    """
    return text in ADDRESS or (len(text) > 1 and text[0] in "/?")
