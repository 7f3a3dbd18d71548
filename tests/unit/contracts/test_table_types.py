from __future__ import annotations

from typing import Annotated

import pydantic
import pytest

from tapecheck.contracts.table_types import FILLED, Expression, Pointer, Table, spelled


class Example(Table):
    """A table of every type."""

    at: Pointer = ""
    like: Expression = ""
    code: Annotated[str, spelled("[A-Z]+", "capital letters")] = "A"
    some_names: Annotated[tuple[str, ...], FILLED] = ("a",)
    from_: int = 0


def test_keys_have_hyphens_and_no_underscore_behind() -> None:
    table = Example.model_validate({"some-names": ("b",), "from": 1})
    assert (table.some_names, table.from_) == (("b",), 1)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("at", "a/b", "a JSON pointer is empty or begins with '/', got 'a/b'"),
        ("like", "(", "got '(', expected a regular expression"),
        ("code", "a", "got 'a', expected capital letters"),
        ("some-names", (), "got an empty array, expected at least one entry"),
        ("from", "1", "valid integer"),
        ("unknown", 1, "Extra inputs"),
    ],
)
def test_mistakes(key: str, value: object, message: str) -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Example.model_validate({key: value})
    (detail,) = caught.value.errors()
    assert detail["loc"] == (key,)
    assert message in detail["msg"]
