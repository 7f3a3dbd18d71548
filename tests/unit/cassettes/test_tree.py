from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.cassettes import Limits
from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

Refused = Callable[..., CassetteError]
TAPE = """\
version: 1
interactions:
- request: &request
    method: GET
    uri: http://host/
    headers: {}
    body: null
  response: &response
    status: {code: 200, message: OK}
    headers: {}
    body: {string: hi}
- request: *request
  response: *response
"""


def test_aliases_as_vcrpy_writes_them_are_followed(read_text: Callable[..., Cassette]) -> None:
    first, second = read_text(TAPE).interactions
    assert first.request == second.request
    assert second.response.body.content == b"hi"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/object/new:subprocess.Popen",
        "!!python/object:some.Custom",
        "!!python/name:os.system",
        "!!python/module:os",
        "!ruby/struct:VCR::HTTPInteraction",
        "!<tag:example.org,2026:own>",
    ],
)
@pytest.mark.parametrize("place", ["odd: {tag} [id]", "interactions: [{tag} [id]]", "{tag} interactions: []"])
def test_a_tag_that_stands_for_an_object_is_named_and_refused(refused: Refused, tag: str, place: str) -> None:
    error = refused("version: 1\n" + place.format(tag=tag))
    assert tag.strip("!<>") in error.message
    assert error.line == 2


def test_the_laughing_billions_are_refused(refused: Refused) -> None:
    lines = ["a0: &a0 [lol]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    error = refused("\n".join(lines))
    assert "expand" in error.message
    assert error.line is not None


def test_aliases_that_nest_too_deep_are_refused(refused: Refused) -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 5_000))]
    assert "nest deeper" in refused("\n".join(lines)).message


@pytest.mark.parametrize("text", ["interactions: &a [*a]", "&a interactions: {x: &b {y: *b}}"])
def test_an_alias_within_itself_is_refused(refused: Refused, text: str) -> None:
    assert "contains itself" in refused(text).message


def test_the_bound_on_expansion_is_a_limit(refused: Refused) -> None:
    assert "expand" in refused(TAPE, Limits(expanded=800)).message
