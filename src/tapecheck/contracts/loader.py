"""From a folder of contracts to values. Every mistake is found in one go; none stops at the first."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tapecheck.contracts.assembly import Assembly
from tapecheck.contracts.registry import Contracts
from tapecheck.contracts.schema_files import outline_schemas, read_schemas
from tapecheck.contracts.toml_lines import line_of_error
from tapecheck.contracts.values import Contract
from tapecheck.errors import ContractError

if TYPE_CHECKING:
    from tapecheck.contracts.document import ContractDocument

_NAME = "contract.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The contracts of a folder; they are only to be used if `problems` is empty."""

    contracts: Contracts
    problems: tuple[ContractError, ...]


def load(folder: Path, *, lazily: bool = False) -> Loaded:
    """Read every contract of a folder.

    Args:
        folder: holds one folder for each provider.
        lazily: whether the schemas of a provider are only read once they are looked into, which raises ContractError
            where there is a mistake in them; good for contracts that have been found sound before.
    """
    contracts = Contracts()
    problems: list[ContractError] = []
    try:
        providers = _providers(folder)
    except ContractError as error:
        return Loaded(contracts=contracts, problems=(error,))
    for provider in providers:
        try:
            contracts = contracts.with_contract(_load_one(provider / _NAME, lazily, problems))
        except ContractError as error:
            problems.append(error)
    return Loaded(contracts=contracts, problems=tuple(problems))


def _providers(folder: Path) -> list[Path]:
    """Return the folders of providers in order.

    Raises:
        ContractError: the folder cannot be read, or is no folder of contracts.
    """
    try:
        entries = sorted(folder.iterdir())
        providers = [path for path in entries if path.is_dir() and not path.name.startswith((".", "_"))]
    except OSError as error:
        hint = "Name it with --contracts, or as `contracts` under [tool.tapecheck] in pyproject.toml."
        message = f"the folder of contracts cannot be read: {error.strerror}"
        raise ContractError(message, path=folder, hint=hint) from error
    if folder / _NAME in entries:
        raise ContractError("got the folder of one provider", path=folder, hint="Name the folder above it.")
    if not providers:
        hint = f"Expected <provider>/{_NAME} in it."
        raise ContractError("the folder holds no contract", path=folder, hint=hint)
    return providers


def _load_one(path: Path, lazily: bool, problems: list[ContractError]) -> Contract:
    text = _read(path)
    files = outline_schemas(path.parent) if lazily else read_schemas(path.parent)
    problems.extend(files.problems)
    document = _document(path, text, problems)
    assembly = Assembly(path=path, text=text, schemas=files.schemas, broken=files.broken)
    contract = assembly.contract(document)
    problems.extend(assembly.problems)
    return contract


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContractError(f"a provider's folder holds no {_NAME}", path=path.parent) from error
    except OSError as error:
        raise ContractError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContractError(f"not UTF-8: {error.reason}", path=path, line=line) from error


def _document(path: Path, text: str, problems: list[ContractError]) -> ContractDocument:
    import pydantic

    from tapecheck.contracts.document import ContractDocument
    from tapecheck.contracts.spelling import misspellings

    try:
        return ContractDocument.model_validate(_frozen(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"not TOML: {error}", path=path, line=line_of_error(text, error)) from error
    except RecursionError as error:
        raise ContractError("nests too deep to be read", path=path) from error
    except pydantic.ValidationError as error:
        *others, last = misspellings(error, path, text)
        problems.extend(others)
        raise last from error


def _frozen(value: object) -> object:
    """Make tuples of all lists, which pydantic does not take for tuples when it is strict."""
    if isinstance(value, dict):
        return {key: _frozen(below) for key, below in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
