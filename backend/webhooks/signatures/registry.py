"""Which schemes there are: every module of `schemes/` is one, named as its file, and holds it as `SCHEME`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from backend.webhooks.signatures import schemes
from backend.webhooks.signatures.errors import SchemeError
from backend.webhooks.signatures.scheme import Scheme


def _discover() -> Mapping[str, Scheme]:
    names = sorted(module.name for module in iter_modules(schemes.__path__))
    return MappingProxyType({name: import_module(f"{schemes.__name__}.{name}").SCHEME for name in names})


SCHEMES: Final = _discover()
"""The schemes by name."""


def scheme_named(name: str) -> Scheme:
    """Return a scheme.

    Raises:
        SchemeError: there is none of this name.
    """
    try:
        return SCHEMES[name]
    except KeyError:
        raise SchemeError(f"there is no signature scheme {name!r}: choose one of {', '.join(SCHEMES)}") from None
