"""From a folder of contracts to values. Every mistake is found in one go; none stops at the first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pydantic

from tapecheck.contracts import document as toml
from tapecheck.contracts.assembly import Assembly
from tapecheck.contracts.registry import Contracts
from tapecheck.contracts.schema_files import SchemaFiles, read_schemas
from tapecheck.contracts.toml_lines import line_of_key
from tapecheck.contracts.values import Contract
from tapecheck.errors import ContractError


@dataclass(frozen=True, slots=True)
class Loaded:
    """The contracts of a folder that hold together, and what is wrong with the others."""

    contracts: Contracts
    problems: tuple[ContractError, ...]


def load(folder: Path) -> Loaded:
    """Read every contract of a folder.

    Args:
        folder: holds one folder for each provider.
    """
    contracts = Contracts()
    problems: list[ContractError] = []
    for path in _contract_files(folder, problems):
        try:
            contracts = contracts.with_contract(_load_one(path, problems))
        except ContractError as error:
            problems.append(error)
    return Loaded(contracts=contracts, problems=tuple(problems))


def _contract_files(folder: Path, problems: list[ContractError]) -> Iterator[Path]:
    try:
        providers = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    except OSError as error:
        problems.append(
            ContractError(
                f"the folder of contracts cannot be read: {error.strerror}",
                path=folder,
                hint="Name it with --contracts, or as `contracts` under [tool.tapecheck] in pyproject.toml.",
            )
        )
        return
    if not providers:
        problems.append(
            ContractError("the folder holds no contract", path=folder, hint="Expected <provider>/contract.toml in it.")
        )
    for provider in providers:
        if (path := provider / "contract.toml").is_file():
            yield path
        else:
            problems.append(ContractError("a provider's folder holds no contract.toml", path=provider))


def _load_one(path: Path, problems: list[ContractError]) -> Contract:
    files = read_schemas(path.parent)
    problems.extend(files.problems)
    text = _read(path)
    try:
        document = toml.ContractDocument.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"not TOML: {error}", path=path) from error
    except pydantic.ValidationError as error:
        first, *others = _misspellings(error, path, text)
        problems.extend(others)
        raise first from error
    return _assemble(path, text, document, files, problems)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"cannot be read: {error}", path=path) from error


def _misspellings(error: pydantic.ValidationError, path: Path, text: str) -> Sequence[ContractError]:
    """Turn pydantic's errors into ours, with lines; for a union only the alternative that came furthest speaks."""
    problems: dict[int, ContractError] = {}
    for detail in error.errors(include_url=False, include_context=False):
        place = detail["loc"]
        line = line_of_key(text, place)
        got = "" if detail["type"] == "missing" or isinstance(detail["input"], dict) else f", got {detail['input']!r}"
        key = ".".join(str(part) for part in place)
        hint = "See docs/reference/contracts.md for the keys of contract.toml."
        problems.setdefault(line, ContractError(f"{key}: {detail['msg']}{got}", path=path, line=line, hint=hint))
    return tuple(problems.values())


def _assemble(
    path: Path, text: str, document: toml.ContractDocument, files: SchemaFiles, problems: list[ContractError]
) -> Contract:
    assembly = Assembly(path=path, text=text, folder=path.parent, schemas=files.schemas)
    contract = assembly.contract(document)
    problems.extend(assembly.problems)
    return contract
