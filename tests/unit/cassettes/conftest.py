"""Cassettes made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tapecheck.cassettes import Limits, read
from tapecheck.cassettes.fields import Document, Field
from tapecheck.cassettes.yaml_loading import compose
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a text or bytes as a file and return its path."""

    def saved(content: str | bytes, name: str = "tape.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return path

    return saved


@pytest.fixture
def read_text(save: Save) -> Callable[..., Cassette]:
    """Read a cassette from its text."""

    def read_it(content: str | bytes, limits: Limits = Limits()) -> Cassette:  # noqa: B008
        return read(save(content), limits)

    return read_it


@pytest.fixture
def refused(save: Save) -> Callable[..., CassetteError]:
    """Return the error that reading a text raises, after a look at what every error must have."""

    def refuse(content: str | bytes, limits: Limits = Limits()) -> CassetteError:  # noqa: B008
        path = save(content)
        with pytest.raises(CassetteError) as caught:
            read(path, limits)
        assert caught.value.path == path
        assert "got" in caught.value.message
        return caught.value

    return refuse


@pytest.fixture
def field() -> Callable[..., Field]:
    """Return the root of a YAML text as a field."""

    def root(text: str, breaks: tuple[int, ...] = ()) -> Field:
        path = Path("tape.yaml")
        node = compose(text.encode(), path, Limits())
        assert isinstance(node, yaml.Node)
        return Field(Document(path, Limits(), breaks), node)

    return root


@pytest.fixture
def no_permission(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a function of `pathlib.Path` or `os` fail as it does for a user without rights; root has them all."""

    def deny(target: str) -> None:
        def denied(*args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(target, denied)

    return deny
