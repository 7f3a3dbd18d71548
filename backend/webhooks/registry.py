"""Which sources there are: every module of `sources/` is one, named as its file, and holds it as `SOURCE`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from backend.errors import NotFoundError
from backend.webhooks import sources
from backend.webhooks.source import Source

_SHOWN: Final = 80


def _discover() -> Mapping[str, Source]:
    names = sorted(module.name for module in iter_modules(sources.__path__))
    return MappingProxyType({name: import_module(f"{sources.__name__}.{name}").SOURCE for name in names})


SOURCES: Final = _discover()
"""The sources by name."""


def source_named(name: str) -> Source:
    """Return a source.

    Raises:
        NotFoundError: there is none of this name.
    """
    try:
        return SOURCES[name]
    except KeyError:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        raise NotFoundError(f"there is no source {shown!r}: expected one of {', '.join(SOURCES)}") from None
