"""Which sources there are: every module of `sources/` is one, named as its file, and holds it as `SOURCE`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from backend.errors import NotFoundError, quoted
from backend.webhooks import sources
from backend.webhooks.source import Source


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
        raise NotFoundError(f"there is no source {quoted(name)}: expected one of {', '.join(SOURCES)}") from None
