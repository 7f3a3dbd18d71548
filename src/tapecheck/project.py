"""The project around the working directory: `[tool.tapecheck]` in the nearest pyproject.toml that has one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tapecheck.errors import ConfigurationError, UsageError
from tapecheck.model import ADDRESS, Selection, is_request_path, unknown_codes

_KNOWN = (
    "contracts",
    "cassettes",
    "select",
    "ignore",
    "per-file-ignores",
    "record",
    "webhook-secrets",
    "ignore-request-paths",
    "first-party",
)

_PROVIDER = "{provider}"
"""Stands for the name of a provider in a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The settings of a project, all paths made absolute; see docs/reference/configuration.md.

    Attributes:
        contracts: folder of contracts; None for the bundled ones.
        cassettes: files and folders that are checked when none is named.
        select, ignore, per_file_ignores: which findings count.
        root: the folder of pyproject.toml; None where there is none.
        record: where the tests of a provider are, relative to the root, with `{provider}` for its name.
        webhook_secrets: with which each provider signs its deliveries.
        ignore_request_paths: what may differ between a request that is replayed and the one on tape: JSON pointers into
            the body, in which `*` is any name or index, `?name` for a parameter of the query, and other parts of the
            URI by their names.
        first_party: packages and modules that tests shall run, and not mock away.
    """

    contracts: Path | None = None
    cassettes: tuple[Path, ...] = ()
    select: tuple[str, ...] = ("TC",)
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    root: Path | None = None
    record: str | None = None
    webhook_secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    ignore_request_paths: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()

    def selection(
        self, *, select: tuple[str, ...] | None = None, ignore: tuple[str, ...] | None = None, strict: bool = False
    ) -> Selection:
        """Return which findings count; codes that are given take the place of the settings."""
        return Selection(
            select=select or self.select,
            ignore=ignore or self.ignore,
            per_file_ignores=self.per_file_ignores,
            strict=strict,
        )

    def tests_of(self, provider: str) -> Path:
        """Return the file or folder of the tests that record a provider.

        Raises:
            UsageError: no pyproject.toml says where they are.
        """
        if self.root is None or self.record is None:
            hint = f'Set it under [tool.tapecheck] in pyproject.toml, such as record = "tests/test_{_PROVIDER}.py".'
            raise UsageError("no setting `record` says where the tests of a provider are", hint=hint)
        return self.root / self.record.replace(_PROVIDER, provider)


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
        text = _read(path)
        try:
            tools = tomllib.loads(text).get("tool", {})
        except tomllib.TOMLDecodeError as error:
            from tapecheck.contracts import line_of_error

            raise ConfigurationError(f"not TOML: {error}", path=path, line=line_of_error(text, error)) from error
        except RecursionError as error:
            raise ConfigurationError("nests too deep to be read", path=path) from error
        if not isinstance(tools, dict) or "tapecheck" not in tools:
            return None
        settings = tools["tapecheck"]
        if not isinstance(settings, dict):
            raise _mistake(path, text, (), f"expected a table, got {settings!r}")
        return cls(path, text, settings)

    def project(self, folder: Path) -> Project:
        for key in self._settings:
            if key not in _KNOWN:
                raise self._mistake((key,), f"the setting is unknown; known are {', '.join(_KNOWN)}")
        contracts = self._settings.get("contracts")
        if contracts is not None and not isinstance(contracts, str):
            raise self._mistake(("contracts",), f"expected a path, got {contracts!r}")
        return Project(
            contracts=None if contracts is None else folder / contracts,
            cassettes=tuple(folder / one for one in self._strings(("cassettes",), self._settings.get("cassettes", []))),
            select=self._codes(("select",), self._settings.get("select", ["TC"])),
            ignore=self._codes(("ignore",), self._settings.get("ignore", [])),
            per_file_ignores=self._per_file_ignores(),
            root=folder,
            record=self._record(),
            webhook_secrets=self._webhook_secrets(),
            ignore_request_paths=self._request_paths(),
            first_party=self._strings(("first-party",), self._settings.get("first-party", [])),
        )

    def _record(self) -> str | None:
        tests = self._settings.get("record")
        if tests is None:
            return None
        if not isinstance(tests, str) or _PROVIDER not in tests:
            raise self._mistake(("record",), f"expected a path with {_PROVIDER} in it, got {tests!r}")
        return tests

    def _request_paths(self) -> tuple[str, ...]:
        key = ("ignore-request-paths",)
        paths = self._strings(key, self._settings.get("ignore-request-paths", []))
        for path in paths:
            if not is_request_path(path):
                parts = f"JSON pointers such as '/user', '?name', or {', '.join(ADDRESS)}"
                raise self._mistake(key, f"expected {parts}, got {path!r}")
        return paths

    def _webhook_secrets(self) -> dict[str, tuple[str, ...]]:
        table = self._settings.get("webhook-secrets", {})
        if not isinstance(table, dict):
            raise self._mistake(("webhook-secrets",), "expected a table of providers, each with its secrets")
        return {provider: self._secrets(("webhook-secrets", provider), given) for provider, given in table.items()}

    def _secrets(self, key: tuple[str, ...], value: object) -> tuple[str, ...]:
        """Return one secret or several; a mistake does not show them."""
        secrets = [value] if isinstance(value, str) else value
        if not isinstance(secrets, list) or not secrets or not all(isinstance(one, str) and one for one in secrets):
            raise self._mistake(key, "expected a secret or an array of secrets, each a string that is not empty")
        return tuple(secrets)

    def _per_file_ignores(self) -> dict[str, tuple[str, ...]]:
        table = self._settings.get("per-file-ignores", {})
        if not isinstance(table, dict):
            raise self._mistake(("per-file-ignores",), f"expected a table of patterns, got {table!r}")
        return {pattern: self._codes(("per-file-ignores", pattern), codes) for pattern, codes in table.items()}

    def _codes(self, key: tuple[str, ...], value: object) -> tuple[str, ...]:
        codes = self._strings(key, value)
        if unknown := unknown_codes(codes):
            raise self._mistake(key, f"{unknown[0]!r} is no code of a finding; `tapecheck rules` lists them")
        return codes

    def _strings(self, key: tuple[str, ...], value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._mistake(key, f"expected an array of strings, got {value!r}")
        return tuple(value)

    def _mistake(self, key: tuple[str, ...], message: str) -> ConfigurationError:
        return _mistake(self._path, self._text, key, message)


def _mistake(path: Path, text: str, key: tuple[str, ...], message: str) -> ConfigurationError:
    from tapecheck.contracts import dotted, line_of_key  # contracts take long to import, and mistakes are rare

    place = ("tool", "tapecheck", *key)
    hint = "See docs/reference/configuration.md."
    return ConfigurationError(f"{dotted(place)}: {message}", path=path, line=line_of_key(text, place), hint=hint)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"not UTF-8: {error.reason}", path=path, line=line) from error


def working_directory() -> Path:
    """Return the working directory.

    Raises:
        UsageError: it has been deleted, or may not be entered.
    """
    try:
        return Path.cwd()
    except OSError as error:
        hint = "Change to a folder that exists."
        raise UsageError(f"the working directory cannot be found: {error.strerror}", hint=hint) from error


def relative_to_here(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Shorten paths below the working directory, as findings are to be read."""
    here = working_directory()
    return tuple(path.relative_to(here) if path.is_relative_to(here) else path for path in paths)
