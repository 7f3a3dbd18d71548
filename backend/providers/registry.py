"""Finds the providers: each folder in this package is one, and exports it as `PROVIDER`."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Final

import backend.providers
from backend.errors import StartError
from backend.llm.protocol import Provider


def find_providers(package: ModuleType) -> Mapping[str, Provider]:
    """Return the providers in the folders of a package, by name and in the order of their names.

    Raises:
        StartError: a folder exports no `PROVIDER`, or one of another name.
    """
    folders = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg)
    return MappingProxyType({folder: _provider(f"{package.__name__}.{folder}", folder) for folder in folders})


def _provider(module: str, folder: str) -> Provider:
    provider: Provider | None = getattr(import_module(module), "PROVIDER", None)
    if provider is None:
        raise StartError(f"{module} exports no PROVIDER: each folder of {module.rpartition('.')[0]} is a provider")
    if provider.name != folder:
        raise StartError(f"{module}.PROVIDER is named {provider.name!r}: expected {folder!r}, the name of its folder")
    return provider


PROVIDERS: Final = find_providers(backend.providers)
"""All providers that there are."""
