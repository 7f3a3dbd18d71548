from __future__ import annotations

import pytest

from tapecheck.checking.secrets.shapes import declared_shapes, general_shapes
from tapecheck.contracts import SecretShape
from tests.unit.checking.secrets.planted import Secret, secrets

BY_FORM = [secret for secret in secrets() if secret.name == "note"]


def found(text: str) -> list[str]:
    return [
        text[slice(*span)]
        for shape in general_shapes()
        for match in shape.pattern.finditer(text)
        if (span := shape.secret_in(match))
    ]


@pytest.mark.parametrize("secret", BY_FORM, ids=str)
def test_a_secret_has_one_shape(secret: Secret) -> None:
    [hidden] = found(f"It is {secret.text}, and that is it.")
    assert secret.core in hidden


@pytest.mark.parametrize("secret", BY_FORM, ids=str)
def test_a_shape_is_not_passed_over_at_first_sight(secret: Secret) -> None:
    assert any(shape.may_be_in(secret.text.encode()) for shape in general_shapes())


def test_what_only_has_the_form_is_none() -> None:
    assert not found("a task-" + "k" * 40 + " sk-" + "learn-something-about-numbers basic understanding eyJhbGciOi")


def test_the_end_of_a_longer_word_is_none(key: str) -> None:
    assert not found(f"a{key}")
    assert found(f"\\n{key}")


def test_nothing_is_there_without_a_beginning() -> None:
    assert not [shape.what for shape in general_shapes() if shape.may_be_in(b"nothing to see")]


def test_a_declared_shape(lot: str) -> None:
    [shape] = declared_shapes("a key", [SecretShape(begins="k.", then="[a-z]{3}[A-Za-z0-9]{20}")])
    assert shape.begins == ("k.",)
    match = shape.pattern.search(f"k.abc{lot}")
    assert match is not None
    assert shape.secret_in(match) == (0, 25)
    assert shape.pattern.search(f"kxabc{lot}") is None
