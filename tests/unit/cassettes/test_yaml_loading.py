from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tapecheck.cassettes import Limits, read, yaml_loading
from tapecheck.errors import CassetteError

PATH = Path("tape.yaml")


def compose(text: str | bytes, limits: Limits = Limits()) -> yaml.Node | None:  # noqa: B008
    return yaml_loading.compose(text.encode() if isinstance(text, str) else text, PATH, limits)


def error_of(text: str | bytes, limits: Limits = Limits()) -> CassetteError:  # noqa: B008
    with pytest.raises(CassetteError) as caught:
        compose(text, limits)
    return caught.value


@pytest.fixture(params=[True, False], ids=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run with each of the two parsers."""
    yaml_loading._loader_class.cache_clear()
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    yaml_loading._loader_class.cache_clear()


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", ["", "   \n", "# only words\n", "---\n"])
def test_a_text_without_a_value_has_no_root(text: str) -> None:
    node = compose(text)
    assert node is None or node.tag.endswith("null")


@pytest.mark.usefixtures("parser")
def test_scalars_get_the_tags_that_pyyaml_gives_them() -> None:
    text = "[a, 1, 1.5, true, null, ~, 2024-01-01, '1', \"true\", , <<, !!str 1, [], {}]"
    root = compose(text.replace(", ,", ","))
    expected = yaml.compose(text.replace(", ,", ","), Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.SequenceNode)
    assert isinstance(expected, yaml.SequenceNode)
    assert [node.tag for node in root.value] == [node.tag for node in expected.value]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 'open", 2),
        ("a: 1\nb: [1, 2", 2),
        ("a: 1\nb: *nowhere", 2),
        ("a: 1\n---\nb: 2", 2),
        ("a: 1\n\tb: 2", 2),
        ("a: 1\nb: c: d", 2),
    ],
)
def test_broken_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    error = error_of(text)
    assert "no valid YAML" in error.message
    assert error.hint
    assert error.line in (line, line + 1)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", [b"a: 1\nb: \xff\xfe", b"a: 1\nb: \x00", b"a: 1\nb: \x07"])
def test_what_is_no_text_is_refused_with_its_line(text: bytes) -> None:
    error = error_of(text)
    assert "expected YAML text in UTF-8" in error.message
    assert error.line == 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_refused_as_vcrpy_refuses_it(encoding: str) -> None:
    text = "\ufeffinteractions: &a [*a]".encode(encoding)
    assert error_of(text).message == "got text in UTF-16, expected YAML text in UTF-8"


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 10_000 + "a"])
def test_excessive_nesting_is_refused_before_it_hurts(text: str) -> None:
    error = error_of(text)
    assert "nested deeper than 128" in error.message
    assert error.line == 1


@pytest.mark.usefixtures("parser")
def test_nesting_up_to_the_limit_is_read() -> None:
    assert compose("[" * 128 + "]" * 128) is not None
    assert "nested deeper" in error_of("[" * 130 + "]" * 130).message


@pytest.mark.usefixtures("parser")
def test_too_many_values_are_refused() -> None:
    assert "more than 10 values" in error_of("[1,2,3,4,5,6,7,8,9,10,11]", Limits(nodes=10)).message


@pytest.mark.parametrize("text", ["a: '\u2028'\nb: [", "a: '\r'\nb: !!no x", "a: '\x85'\nb: " + "[" * 200])
def test_the_lines_of_errors_are_those_of_an_editor(text: str) -> None:
    assert error_of(text).line == 2


def test_a_root_too_deep_has_no_line() -> None:
    assert error_of("a", Limits(depth=-1)).line is None


def test_without_libyaml_the_slow_parser_is_used_and_said_so_once(
    monkeypatch: pytest.MonkeyPatch, save: Callable[..., Path]
) -> None:
    yaml_loading._loader_class.cache_clear()
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    path = save("interactions: []")
    with pytest.warns(UserWarning, match="no libyaml"):
        assert read(path).interactions == ()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(path)
    yaml_loading._loader_class.cache_clear()


@pytest.mark.parametrize(
    ("text", "suspect"),
    [
        ("&a x", True),
        ("a: &b x", True),
        ("[&b x]", True),
        ('{"a":&b x}', True),
        ("a:\u2028&b x", True),
        ("q: ?a=1&b=2", False),
        ("R&D & more", False),
        ("no ampersand", False),
    ],
)
def test_anchors_are_found_wherever_they_may_stand(text: str, suspect: bool) -> None:
    assert yaml_loading._may_have_anchors(text.encode()) is suspect
