from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tapecheck.mocking.text import Text
from tapecheck.model import RunningTest

SOURCE = dedent("""\
    @patch("shop.send", autospec=True)
    @pytest.mark.slow
    async def test_it(self, send, *, client):
        with patch("shop.post") as post, patch("shop.get") as get, patch("shop.head"):
            first = second = mocker.patch("shop.put")
            self.delete = patch("shop.delete").start()
            if (options := mocker.patch("shop.options")):
                client.call()
""")


def read(source: str, line: int = 10) -> Text | None:
    return Text.read(RunningTest(name="t", path=Path("t.py"), line=line, read_source=lambda: source))


def text(source: str) -> Text:
    found = read(source)
    assert found is not None
    return found


@pytest.mark.parametrize("source", ["", "def broken(:", ">>> 1 + 1\n2", "value = 1", "class TestShop:\n    pass"])
def test_what_is_no_function_cannot_be_read(source: str) -> None:
    assert read(source) is None


def test_a_method_is_read_too() -> None:
    assert text(indent(SOURCE, "    ")).function.name == "test_it"


@pytest.mark.parametrize(("name", "decorates"), [("send", True), ("sen", False), ("post", False)])
def test_decorators_of_the_test_itself(name: str, decorates: bool) -> None:
    assert text(SOURCE).decorates(name) is decorates


def test_parameters() -> None:
    assert text(SOURCE).parameters() == {"send", "client"}


@pytest.mark.parametrize(
    ("line", "attribute", "names"),
    [
        (13, "post", {"post"}),
        (13, "get", {"get"}),
        (13, "head", set()),
        (13, "", {"post", "get"}),
        (14, "put", {"first", "second"}),
        (15, "delete", {"self", "delete"}),
        (16, "options", {"options"}),
        (17, "", set()),
    ],
)
def test_names_that_are_given_on_a_line(line: int, attribute: str, names: set[str]) -> None:
    assert text(SOURCE).names_at(line, attribute) == names


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        ("assert mock.called", True),
        ("assert mock.post.call_count == 0", True),
        ("mock.assert_not_called()", True),
        ("helper(mock)", True),
        ("assert found is mock", True),
        ("x = {'a': [mock]}", True),
        ("shop.routes['mock'].called and shop.mock.call_args[0]", True),
        ("mock.return_value = 3", False),
        ("mock.return_value.post.side_effect = ValueError", False),
        ("mock.configure_mock(a=1)", False),
        ("mock()", False),
        ("client.mock(1)", False),
        ("assert other.called", False),
        ("print('mock')", False),
        ("', '.join(names)", False),
    ],
)
def test_looking_at_something(body: str, looks: bool) -> None:
    assert text(f"def test_it():\n    {body}\n").looks_at(frozenset({"mock"})) is looks
