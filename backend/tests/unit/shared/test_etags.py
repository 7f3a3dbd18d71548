from __future__ import annotations

import re

import pytest

from backend.shared.etags import PATTERN, parse, tag


@pytest.mark.parametrize(
    ("header", "strongly", "weakly"),
    [
        ('"3"', {3}, {3}),
        ('"3", "5"', {3, 5}, {3, 5}),
        ('W/"3"', set(), {3}),
        (' W/"3" ,"4"', {4}, {3, 4}),
        ("*", {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}),
        (" * ", {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}),
        ('"*"', set(), set()),
        ('""', set(), set()),
        ('"3,4"', set(), set()),
        ('"03"', set(), set()),
    ],
)
def test_a_header_matches_versions(header: str, strongly: set[int], weakly: set[int]) -> None:
    assert re.search(PATTERN, header)
    found = parse(header)
    assert found is not None
    assert {version for version in range(7) if found.match_strongly(version)} == strongly
    assert {version for version in range(7) if found.match_weakly(version)} == weakly


@pytest.mark.parametrize("header", ["", "3", '"3', '3"', '"3" "4"', '"3",', 'w/"3"', '*, "3"', '"a b"', "'3'"])
def test_what_is_no_such_header(header: str) -> None:
    assert re.search(PATTERN, header) is None


def test_without_a_header_nothing_is_asked_for() -> None:
    assert parse(None) is None


def test_the_tag_of_a_version_is_strong() -> None:
    assert tag(12) == '"12"'
