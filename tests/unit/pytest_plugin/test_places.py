from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.pytest_plugin.places import imports_vcr, running_test


def test_a_test_has_name_place_and_text(pytester: pytest.Pytester) -> None:
    item = pytester.getitem("import os\n\n\ndef test_it():\n    os.getpid()\n", "test_it")
    test = running_test(item)
    assert (test.name, test.path, test.line) == (item.nodeid, Path(item.path.name), 4)
    assert test.source == "def test_it():\n    os.getpid()\n"


def test_a_decorated_test_has_its_own_text(pytester: pytest.Pytester) -> None:
    text = (
        "import functools\n"
        "def around(f):\n    @functools.wraps(f)\n    def inner(): f()\n    return inner\n"
        "@around\ndef test_it():\n    wanted = 1\n"
    )
    assert "wanted" in running_test(pytester.getitem(text, "test_it")).source


def test_an_inherited_test_is_where_its_class_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(base="\n\n\nclass Base:\n    def test_it(self): pass\n")
    item = pytester.getitem("from base import Base\n\n\nclass TestHere(Base):\n    pass\n", "test_it")
    test = running_test(item)
    assert (test.path, test.line, test.source) == (Path(item.path.name), 4, "")


def test_a_test_of_a_class_that_is_elsewhere_is_somewhere_in_its_file(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(base="\n\n\nclass TestBase:\n    def test_it(self): pass\n")
    assert running_test(pytester.getitem("\nfrom base import TestBase\n", "test_it")).line == 1


def test_what_is_no_function_has_no_text(pytester: pytest.Pytester) -> None:
    pytester.maketxtfile(test_page=">>> 1\n1\n")
    items, _ = pytester.inline_genitems("--doctest-glob=*.txt")
    assert [running_test(item).source for item in items] == [""]


@pytest.mark.parametrize(
    ("body", "expected"), [("import vcr", True), ("from vcr import VCR", True), ("pass", False), ("vcrlike = 1", False)]
)
def test_a_test_that_imports_vcrpy_itself_is_known(pytester: pytest.Pytester, body: str, expected: bool) -> None:
    assert imports_vcr(pytester.getitem(f"def test_it():\n    {body}\n", "test_it")) is expected
