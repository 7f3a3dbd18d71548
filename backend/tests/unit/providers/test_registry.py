from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import backend.providers
from backend.errors import StartError
from backend.providers.registry import PROVIDERS, find_providers

EXPORT = "from types import SimpleNamespace\nPROVIDER = SimpleNamespace(name={name!r})\n"

Package = Callable[[dict[str, str]], ModuleType]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Make a package with these folders, each with such an `__init__.py`."""

    def make(folders: dict[str, str]) -> ModuleType:
        for name, source in {".": "", **folders}.items():
            folder = tmp_path / "some_providers" / name
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").write_text(source, encoding="utf-8")
        (tmp_path / "some_providers" / "shared.py").write_text("raise ImportError", encoding="utf-8")
        return import_module("some_providers")

    (tmp_path / "some_providers").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "some_providers"]:
        del sys.modules[name]


def test_each_folder_is_a_provider_in_the_order_of_names() -> None:
    folder = Path(next(iter(backend.providers.__path__)))
    assert list(PROVIDERS) == sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    assert {"deepseek", "openai"} <= PROVIDERS.keys()
    assert all(name == provider.name for name, provider in PROVIDERS.items())


def test_the_registry_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        del PROVIDERS["openai"]  # type: ignore[attr-defined]


def test_modules_beside_the_folders_are_no_providers(package: Package) -> None:
    found = find_providers(package({"two": EXPORT.format(name="two"), "one": EXPORT.format(name="one")}))
    assert list(found) == ["one", "two"]


def test_a_folder_without_a_provider_is_refused(package: Package) -> None:
    with pytest.raises(StartError, match=r"^some_providers\.one exports no PROVIDER: each folder of some_providers is"):
        find_providers(package({"one": ""}))


def test_a_provider_of_another_name_is_refused(package: Package) -> None:
    with pytest.raises(StartError, match=r"some_providers\.one\.PROVIDER is named 'two': expected 'one'"):
        find_providers(package({"one": EXPORT.format(name="two")}))
