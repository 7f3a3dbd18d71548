"""Which cassettes pytest-recording gives to a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_UNFIT = r"<>?%*:|\"'/\\"
"""What pytest-recording replaces in the name of a test."""


def is_replayed(item: pytest.Item) -> bool:
    """Tell whether pytest-recording opens a cassette for a test."""
    return item.get_closest_marker("vcr") is not None and item.config.pluginmanager.hasplugin("recording")


def cassette_name(item: pytest.Item) -> str:
    """Return the name of its cassette, without folder and suffix, as pytest-recording makes it."""
    marker = item.get_closest_marker("default_cassette")
    if marker is not None and marker.args:
        return _bare(str(marker.args[0]))
    owner = getattr(item, "cls", None)
    name = item.name if owner is None else f"{owner.__name__}.{item.name}"
    return "".join("-" if letter in _UNFIT else letter for letter in name)


def is_named_by_hand(item: pytest.Item) -> bool:
    """Tell whether a marker names its cassette, so that another test may have the same."""
    return item.get_closest_marker("default_cassette") is not None


def extra_cassettes(item: pytest.Item) -> list[Path]:
    """Return the cassettes that the arguments of the marker `vcr` name."""
    folder = Path(str(_folder(item)))
    return [folder / str(name) for mark in item.iter_markers("vcr") for name in mark.args]


def is_cassette_of(item: pytest.Item, path: Path) -> bool:
    """Tell whether a file is the cassette that pytest-recording gave to a test."""
    return is_replayed(item) and is_named(path, cassette_name(item))


def is_named(path: Path, name: str) -> bool:
    """Tell whether a file may be the cassette of a name; some suites compress theirs."""
    return not bare([name]).isdisjoint(names_of(path))


def names_of(path: Path) -> Iterator[str]:
    """Yield all names whose cassette a file may be: with more and more of the folders that it is in."""
    unpacked = path.with_suffix("") if path.suffix == ".gz" else path
    steps = unpacked.with_suffix("").as_posix().split("/")
    return ("/".join(steps[at:]) for at in range(1, len(steps)))


def bare(names: Iterable[str]) -> frozenset[str]:
    """Return names without the suffixes that a file may have."""
    return frozenset(map(_bare, names))


def has_folder_of_its_module(item: pytest.Item) -> bool:
    """Tell whether the cassettes of a test are in pytest-recording's own folder for its module."""
    return Path(str(_folder(item))) == _default_folder(item)


def _bare(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".yaml").removesuffix(".json")


def _default_folder(item: pytest.Item) -> Path:
    return item.path.parent / "cassettes" / item.path.stem


def _folder(item: pytest.Item) -> object:
    arguments: dict[str, object] = getattr(item, "funcargs", None) or {}  # None once the run is broken off
    return arguments.get("vcr_cassette_dir", _default_folder(item))
