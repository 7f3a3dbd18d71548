from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck import errors
from tapecheck.errors import CassetteError, ConfigurationError, ContractError, StreamError, TapecheckError, UsageError

LEAVES = (UsageError, ConfigurationError, ContractError, CassetteError, StreamError)


@pytest.mark.parametrize("kind", LEAVES)
def test_whoever_catches_the_root_catches_all(kind: type[TapecheckError]) -> None:
    with pytest.raises(TapecheckError, match="what"):
        raise kind("what")


def test_the_docstring_draws_every_error() -> None:
    defined = {
        name for name, value in vars(errors).items() if isinstance(value, type) and value.__module__ == errors.__name__
    }
    assert errors.__doc__ is not None
    assert defined == {word for word in errors.__doc__.split() if word.endswith("Error") and word.isalpha()}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TapecheckError("got 1, expected 2"), "got 1, expected 2"),
        (TapecheckError("wrong", path=Path("a.yaml")), "a.yaml: wrong"),
        (TapecheckError("wrong", path=Path("a.yaml"), line=3), "a.yaml:3: wrong"),
        (TapecheckError("wrong", line=3), "wrong"),
        (TapecheckError("wrong", pointer="/a/0"), "wrong (at /a/0)"),
        (TapecheckError("wrong", pointer=""), "wrong (at the root)"),
        (TapecheckError("wrong", hint="Do this."), "wrong\n  Do this."),
        (
            TapecheckError("wrong", path=Path("a.yaml"), line=3, pointer="/a", hint="Do this."),
            "a.yaml:3: wrong (at /a)\n  Do this.",
        ),
    ],
    ids=["message", "path", "line", "line of nothing", "pointer", "root", "hint", "all"],
)
def test_the_text_says_what_where_and_what_next(error: TapecheckError, text: str) -> None:
    assert str(error) == text


def test_the_parts_can_be_asked_for() -> None:
    error = TapecheckError("wrong", path=Path("a"), line=1, pointer="/b", hint="c")
    assert (error.message, error.path, error.line, error.pointer, error.hint) == ("wrong", Path("a"), 1, "/b", "c")
