from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.contracts import PathTemplate, Secrets

LITERAL = st.text("ab.:+*()[]\\^$?|-_é", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("template", "path", "same"),
    [
        ("/v1/models", "/v1/models", True),
        ("/v1/models", "/v1/models/", False),
        ("/v1/models", "/V1/models", False),
        ("/v1/models", "/v1/models\n", False),
        ("/v1/models/{model}", "/v1/models/a", True),
        ("/v1/models/{model}", "/v1/models/a b.c:d", True),
        ("/v1/models/{model}", "/v1/models/", False),
        ("/v1/models/{model}", "/v1/models/a/b", False),
        ("/v1/models/{model}", "/v1/models/a\nb", True),
        ("/models/{model}:generate", "/models/a-1.5:generate", True),
        ("/models/{model}:generate", "/models/:generate", False),
        ("/models/{model}:generate", "/models/a:count", False),
        ("/repos/{owner}/{name}/issues", "/repos/a/b/issues", True),
        ("/repos/{owner}/{name}/issues", "/repos/a/issues", False),
        ("/compare/{one}...{other}", "/compare/a...b", True),
        ("/a.b", "/axb", False),
        ("/{}", "/a", True),
    ],
)
def test_a_name_stands_for_a_segment_or_a_part_of_one(template: str, path: str, same: bool) -> None:
    assert PathTemplate(text=template).matches(path) is same


@given(st.lists(LITERAL, min_size=1, max_size=4))
def test_a_template_without_names_is_taken_literally(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    assert PathTemplate(text=path).matches(path)
    assert not PathTemplate(text=path).matches(f"{path}x")


@given(st.lists(LITERAL, min_size=1, max_size=3), LITERAL)
def test_a_name_takes_any_segment(segments: list[str], segment: str) -> None:
    prefix = "/" + "/".join(segments)
    assert PathTemplate(text=f"{prefix}/{{name}}").matches(f"{prefix}/{segment}")


def test_values_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Secrets().headers = frozenset()  # type: ignore[misc]
    assert PathTemplate(text="/a") == PathTemplate(text="/a")
