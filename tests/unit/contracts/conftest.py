"""Contracts made on the spot."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tapecheck.contracts import Contract, load
from tapecheck.errors import ContractError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEAD = """\
title = "Weather"
version = "2"
documentation = "https://weather.example/docs"
hosts = ["api.weather.example"]
"""

Files = Mapping[str, object]
Write = Callable[[Files], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the files of a folder of contracts, objects as JSON Schemas, and return the folder."""
    folder = tmp_path / "contracts"
    folder.mkdir()

    def written(files: Files) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            else:
                schema = {"$schema": DIALECT, **content} if isinstance(content, dict) else content
                path.write_text(json.dumps(schema, indent=2), encoding="utf-8")
        return folder

    return written


@pytest.fixture
def weather(write: Write) -> Callable[..., Contract]:
    """Load a contract of a provider `weather` from what stands below the first four keys of its contract.toml."""

    def loaded(toml: str = "", schemas: Files | None = None) -> Contract:
        files = {f"weather/{name}": content for name, content in (schemas or {}).items()}
        loaded = load(write({"weather/contract.toml": HEAD + toml, **files}))
        assert loaded.problems == ()
        (contract,) = loaded.contracts
        return contract

    return loaded


@pytest.fixture
def mistakes(write: Write) -> Callable[..., list[str]]:
    """Return the mistakes of such a contract, each as `file:line: message (pointer)`."""

    def found(toml: str = "", schemas: Files | None = None) -> list[str]:
        files = {f"weather/{name}": content for name, content in (schemas or {}).items()}
        folder = write({"weather/contract.toml": HEAD + toml, **files})
        return [_line(problem, folder / "weather") for problem in load(folder).problems]

    return found


def _line(problem: ContractError, folder: Path) -> str:
    assert problem.path is not None
    where = "" if problem.pointer is None else f" ({problem.pointer})"
    return f"{problem.path.relative_to(folder).as_posix()}:{problem.line}: {problem.message}{where}"
