"""A provider is folders of data, complete, and unknown to the code."""

from __future__ import annotations

import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

SOURCES = "https://github.com/"
"""Where the code links to others' sources, it names no provider."""


def providers(root: Path) -> list[str]:
    names = sorted(path.name for path in (root / "contracts").iterdir() if path.is_dir())
    assert names, "contracts/ has no provider"
    return names


def is_asked(root: Path, provider: str) -> bool:
    """Tell whether a provider answers requests, and does not only send some of its own."""
    contract = root / "contracts" / provider / "contract.toml"
    return contract.exists() and "operations" in tomllib.loads(contract.read_text(encoding="utf-8"))


def parts(root: Path, provider: str) -> Iterator[Path]:
    """What a provider consists of."""
    yield root / "contracts" / provider / "contract.toml"
    yield root / "cassettes" / provider
    if is_asked(root, provider):
        yield root / "tests" / "providers" / f"test_{provider}.py"
        yield root / "backend" / "providers" / provider / "provider.py"


def tokens(source: Path) -> Iterator[tokenize.TokenInfo]:
    """All of a source file but its comments."""
    with source.open("rb") as file:
        yield from (token for token in tokenize.tokenize(file.readline) if token.type != tokenize.COMMENT)


def test_every_provider_is_complete(root: Path) -> None:
    missing = [path for provider in providers(root) for path in parts(root, provider) if not path.exists()]
    assert not missing, "a provider lacks" + "".join(f"\n  {path.relative_to(root).as_posix()}" for path in missing)


def test_every_folder_of_cassettes_has_a_contract(root: Path) -> None:
    recorded = {path.name for path in (root / "cassettes").iterdir() if path.is_dir()}
    strangers = sorted(recorded - set(providers(root)))
    assert not strangers, f"write a contract, in contracts/, for {', '.join(strangers)}"


def test_the_backend_asks_only_providers_with_a_contract(root: Path) -> None:
    asked = {path.parent.name for path in root.glob("backend/providers/*/__init__.py")}
    strangers = sorted(asked - {provider for provider in providers(root) if is_asked(root, provider)})
    assert not strangers, f"write a contract with operations, in contracts/, for {', '.join(strangers)}"


def test_the_code_names_no_provider(root: Path) -> None:
    name = re.compile("|".join(map(re.escape, providers(root))), re.IGNORECASE)
    found = sorted(
        f"{source.relative_to(root).as_posix()}:{token.start[0]}: {match.group()}"
        for source in (root / "src/tapecheck").rglob("*.py")
        for token in tokens(source)
        for match in name.finditer(token.string.replace(SOURCES, ""))
    )
    assert not found, "declare in contracts/ what differs between providers:\n  " + "\n  ".join(found)
