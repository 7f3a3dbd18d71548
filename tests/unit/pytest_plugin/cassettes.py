"""A cassette with two interactions, of a host that no contract declares."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_TAPE: Final = """\
interactions:
- request: {method: POST, uri: 'https://shop.test/order', headers: {}, body: '{"tea": 1}'}
  response: {status: {code: 200, message: OK}, headers: {content-type: [application/json]}, body: {string: '{"id": 7}'}}
- request: {method: GET, uri: 'https://shop.test/order/7', headers: {}, body: null}
  response: {status: {code: 200, message: OK}, headers: {content-type: [application/json]}, body: {string: '{"id": 7}'}}
version: 1
"""


def written(path: Path) -> Path:
    """Write the cassette, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_TAPE, encoding="utf-8")
    return path
