"""The project around the working directory: `[tool.tapecheck]` in the nearest pyproject.toml that has one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tapecheck.checking import unknown_codes
from tapecheck.contracts import line_of_key
from tapecheck.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The settings of a project, all paths made absolute; see docs/reference/configuration.md.

    Attributes:
        contracts: folder of contracts; None for the bundled ones.
        cassettes: files and folders that are checked when none is named.
        select, ignore, per_file_ignores: which findings count.
    """

    contracts: Path | None = None
    cassettes: tuple[Path, ...] = ()
    select: tuple[str, ...] = ("TC",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def find_project(start: Path) -> Project:
    """Read the settings that hold for a directory; the defaults where no pyproject.toml has any.

    Raises:
        ConfigurationError: a setting is wrong, or a pyproject.toml cannot be read.
    """
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and (table := _Table.read(path)) is not None:
            return table.project(folder)
    return Project()


class _Table:
    """The table `[tool.tapecheck]`, whose mistakes know their lines."""

    def __init__(self, path: Path, text: str, settings: dict[str, object]) -> None:
        self._path = path
        self._text = text
        self._settings = settings

    @classmethod
    def read(cls, path: Path) -> _Table | None:
        try:
            text = path.read_text(encoding="utf-8")
            settings = tomllib.loads(text).get("tool", {}).get("tapecheck")
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"cannot be read: {error}", path=path) from error
        return cls(path, text, settings) if isinstance(settings, dict) else None

    def project(self, folder: Path) -> Project:
        known = ("contracts", "cassettes", "select", "ignore", "per-file-ignores")
        for key in self._settings:
            if key not in known:
                raise self._mistake(key, f"the setting is unknown; known are {', '.join(known)}")
        contracts = self._settings.get("contracts")
        if contracts is not None and not isinstance(contracts, str):
            raise self._mistake("contracts", f"expected a path, got {contracts!r}")
        return Project(
            contracts=None if contracts is None else folder / contracts,
            cassettes=tuple(folder / one for one in self._strings("cassettes", self._settings.get("cassettes", []))),
            select=self._codes("select", self._settings.get("select", ["TC"])),
            ignore=self._codes("ignore", self._settings.get("ignore", [])),
            per_file_ignores=self._per_file_ignores(),
        )

    def _per_file_ignores(self) -> dict[str, tuple[str, ...]]:
        table = self._settings.get("per-file-ignores", {})
        if not isinstance(table, dict):
            raise self._mistake("per-file-ignores", f"expected a table of patterns, got {table!r}")
        return {str(pattern): self._codes("per-file-ignores", codes) for pattern, codes in table.items()}

    def _codes(self, key: str, value: object) -> tuple[str, ...]:
        codes = self._strings(key, value)
        if unknown := unknown_codes(codes):
            raise self._mistake(key, f"{unknown[0]!r} is no code of a finding; `tapecheck rules` lists them")
        return codes

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._mistake(key, f"expected an array of strings, got {value!r}")
        return tuple(value)

    def _mistake(self, key: str, message: str) -> ConfigurationError:
        line = line_of_key(self._text, ("tool", "tapecheck", key))
        hint = "See docs/reference/configuration.md."
        return ConfigurationError(f"tool.tapecheck.{key}: {message}", path=self._path, line=line, hint=hint)


def relative_to_here(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Shorten paths below the working directory, as findings are to be read."""
    here = Path.cwd()
    return tuple(path.relative_to(here) if path.is_relative_to(here) else path for path in paths)
