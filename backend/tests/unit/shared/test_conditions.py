from __future__ import annotations

import re

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from backend.shared.conditions import Name, agree, unless_known
from backend.shared.document import Terms
from backend.shared.etags import Tags

NAME: TypeAdapter[str] = TypeAdapter(Name)


@pytest.mark.parametrize(
    ("version", "merge", "if_match", "expected"),
    [
        (None, False, None, Terms()),
        (0, False, None, Terms(read=0)),
        (3, True, None, Terms(read=3, merge=True)),
        (None, False, "*", Terms(condition=Tags(any=True))),
        (3, False, '"3"', Terms(read=3, condition=Tags(tags=frozenset(['"3"'])))),
        (3, True, "*", Terms(read=3, merge=True, condition=Tags(any=True))),
    ],
)
def test_the_terms_are_what_the_request_says(
    version: int | None, merge: bool, if_match: str | None, expected: Terms
) -> None:
    assert agree(version, merge, if_match) == expected


@pytest.mark.parametrize(
    ("version", "merge", "if_match", "where"),
    [
        (3, False, '"4"', ("header", "if-match")),
        (3, False, 'W/"3"', ("header", "if-match")),
        (0, False, "*", ("header", "if-match")),
        (None, True, None, ("body", "version")),
        (None, True, '"3"', ("body", "version")),
    ],
)
def test_a_request_must_not_contradict_itself(
    version: int | None, merge: bool, if_match: str | None, where: tuple[str, str]
) -> None:
    with pytest.raises(RequestValidationError) as caught:
        agree(version, merge, if_match)
    assert [fault["loc"] for fault in caught.value.errors()] == [where]


@pytest.mark.parametrize("known", ['"3"', 'W/"3"', '"1", "3"', "*"])
def test_who_knows_the_version_is_not_sent_it(known: str) -> None:
    response = unless_known(3, known)
    assert response is not None
    assert (response.status_code, response.headers["etag"], response.body) == (304, '"3"', b"")


@pytest.mark.parametrize("known", [None, '"2"', 'W/"2"', '"2", "4"'])
def test_who_does_not_know_it_is(known: str | None) -> None:
    assert unless_known(3, known) is None


@pytest.mark.parametrize("name", ["a", "watch", "a/b", "/", " ", "größe 🌍", "%2F", "x" * 255, "a\u2028b"])
def test_what_may_be_a_name(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0", "\n", "a\nb", "a\n", "\x7f", "\x85"])
def test_what_may_not(name: str) -> None:
    with pytest.raises(ValidationError, match=re.compile("at least 1|at most 255|match pattern")):
        NAME.validate_python(name)
